"""The post-object flow of Alibaba's SDKs for Python, step by step as their samples have it.

    oss_python.py v1 | v4  URL BUCKET KEY REGION        keys: from the environment, as the SDKs read them

`oss2` (v1) brings the Base64 of its sample examples/object_post.py and the CRC-64 that the sample compares with;
`alibabacloud_oss_v2` (v4) brings the credentials provider of its sample/post_object.py and the CRC-64.
Prints {"status", "crc64", "computed"} as JSON.
"""
import base64
import hashlib
import hmac
import json
import sys
from datetime import datetime, timedelta, timezone

import alibabacloud_oss_v2
import oss2
import requests
from alibabacloud_oss_v2.crc import Crc64 as CrcV2

CONTENT = "内容 of the file\r\n".encode() * 1000
provider = alibabacloud_oss_v2.credentials.EnvironmentVariableCredentialsProvider()
credentials = provider.get_credentials()


def v1(conditions, expiration):
    document = json.dumps({"expiration": expiration, "conditions": conditions}).strip()
    policy = oss2.utils.b64encode_as_string(oss2.compat.to_bytes(document))
    digest = hmac.new(credentials.access_key_secret.encode(), policy.encode(), hashlib.sha1).digest()
    checksum = oss2.utils.Crc64()
    checksum.update(CONTENT)
    return {
        "OSSAccessKeyId": credentials.access_key_id,
        "policy": policy,
        "Signature": oss2.utils.b64encode_as_string(digest),
        "x-oss-security-token": credentials.security_token or "",
    }, checksum.crc


def v4(conditions, expiration, region):
    now = datetime.now(timezone.utc)
    day, stamp = now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ")
    signed = {
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "x-oss-credential": f"{credentials.access_key_id}/{day}/{region}/oss/aliyun_v4_request",
        "x-oss-date": stamp,
    }
    if credentials.security_token:
        signed["x-oss-security-token"] = credentials.security_token
    conditions = conditions + [{name: value} for name, value in signed.items()]
    policy = base64.b64encode(json.dumps({"expiration": expiration, "conditions": conditions}).encode()).decode()
    key = ("aliyun_v4" + credentials.access_key_secret).encode()
    for part in (day, region, "oss", "aliyun_v4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()
    checksum = CrcV2(0)
    checksum.update(CONTENT)
    return {**signed, "policy": policy, "x-oss-signature": signature}, checksum.sum64()


def main(version, url, bucket, key, region):
    expiration = (datetime.now(timezone.utc) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    conditions = [{"bucket": bucket}, ["content-length-range", 1, 1048576]]
    fields, computed = v1(conditions, expiration) if version == "v1" else v4(conditions, expiration, region)
    form = {"key": key, **fields, "x-oss-meta-author": "oss2"}
    answer = requests.post(url, data=form, files={"file": ("a.txt", CONTENT, "text/plain")}, timeout=30)
    print(json.dumps({
        "status": answer.status_code,
        "crc64": answer.headers.get("x-oss-hash-crc64ecma"),
        "computed": str(computed),
        "body": answer.text,
    }))


main(*sys.argv[1:])
