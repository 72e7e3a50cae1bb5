"""Calls both cloud APIs with Alibaba's own SDKs and prints what came back, as one line of JSON per call.

    cloud_apis.py HOST:PORT < calls

A call is a line of JSON: {"id", "secret", "token"?, "api": "hbr" | "ens", "file_name"?, "bucket"?, "client_ip"?,
"style"?: "v2"}.
"""
import json
import sys

from alibabacloud_ens20171110.client import Client as Ens
from alibabacloud_ens20171110.models import PrepareUploadRequest
from alibabacloud_hbr20170908.client import Client as Hbr
from alibabacloud_hbr20170908.models import CreateTempFileUploadUrlRequest
from alibabacloud_tea_openapi.models import Config, OpenApiRequest
from darabonba.runtime import RuntimeOptions


def call(client, given):
    if given.get("style") == "v2":
        # The SDK still has the older signature, for products that want it.
        query = {"FileName": given["file_name"]}
        runtime = RuntimeOptions(autoretry=False)
        request = OpenApiRequest(query=query)
        arguments = ("CreateTempFileUploadUrl", "2017-09-08", "HTTP", "POST", "AK", "json", request, runtime)
        return client.do_rpcrequest(*arguments)["body"]
    if given["api"] == "hbr":
        request = CreateTempFileUploadUrlRequest(file_name=given.get("file_name"))
        return client.create_temp_file_upload_url(request).body.to_map()
    request = PrepareUploadRequest(bucket_name=given.get("bucket"), client_ip=given.get("client_ip"))
    return client.prepare_upload(request).body.to_map()


def main(endpoint):
    for line in sys.stdin:
        given = json.loads(line)
        config = Config(
            access_key_id=given["id"], access_key_secret=given["secret"], security_token=given.get("token"),
            endpoint=endpoint, protocol="http",
        )
        client = (Hbr if given["api"] == "hbr" else Ens)(config)
        try:
            print(json.dumps({"answer": call(client, given)}))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            fields = ("code", "status_code", "message", "request_id", "retry_after")
            seen = {name: getattr(error, name, None) for name in fields}
            print(json.dumps({"error": {"type": type(error).__name__, **seen}}, default=str))


main(*sys.argv[1:])
