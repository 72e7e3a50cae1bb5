// Uppy as its documents say: `signRequest` gives `{ url, fields }`, here from the documented V4 answer.
import Uppy from '@uppy/core'
import AwsS3 from '@uppy/aws-s3'

let key

async function signRequest(request) {
  const { host, policy, signature, dir, x_oss_signature_version, x_oss_credential, x_oss_date, x_oss_object_acl } =
    await (await fetch(`/api/policy/v4${location.search}`)).json()
  key = `${dir}${crypto.randomUUID()}/${request.key.split('/').at(-1)}`
  return {
    url: host,
    fields: {
      key,
      policy,
      'x-oss-signature-version': x_oss_signature_version,
      'x-oss-credential': x_oss_credential,
      'x-oss-date': x_oss_date,
      'x-oss-signature': signature,
      'x-oss-object-acl': x_oss_object_acl,
      success_action_status: '200'
    }
  }
}

const uppy = new Uppy().use(AwsS3, { shouldUseMultipart: false, signRequest })

document.querySelector('#file').addEventListener('change', async ({ target }) => {
  const [file] = target.files
  uppy.addFile({ name: file.name, type: file.type, data: file })
  const { successful, failed } = await uppy.upload()
  document.querySelector('#output').textContent = JSON.stringify({ successful: successful.length, failed: failed.map(({ error }) => error), key })
})
