// ali-oss puts objects, with an AccessKey in the page: what it is made for. It reads a file into memory first.
import OSS from 'ali-oss'
import { askForParams } from './form.js'

async function open() {
  const { host, dir } = await askForParams()
  const client = new OSS({ accessKeyId: 'STANDINACCESSKEYID', accessKeySecret: 'standin-access-key-secret', endpoint: host, cname: true, bucket: 'demo-bucket' })
  return file => client.put(dir + file.name, file)
}

export const send = async file => (await open())(file)

export async function pool(files, { limit }) {
  const put = await open()
  let next = 0
  const work = async () => {
    while (next < files.length) await put(files[next++])
  }
  await Promise.all(Array.from({ length: limit }, work))
}
