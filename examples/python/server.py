# Hands out upload parameters with Alibaba's own SDKs. The keys stay on this side; put your own sign-in in front of it.
import hashlib, hmac, json, time, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import environ as env
from urllib.parse import parse_qs, urlparse

from alibabacloud_ens20171110 import client as ens_sdk, models as ens_models
from alibabacloud_hbr20170908 import client as hbr_sdk, models as hbr_models
from alibabacloud_tea_openapi.models import Config
from oss2.utils import b64encode_as_string

ID, SECRET = env["ALIBABA_CLOUD_ACCESS_KEY_ID"], env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
REGION, BUCKET, MAX_SIZE = env.get("REGION", "cn-hangzhou"), env.get("BUCKET", "demo-bucket"), 1024**3

def cloud(sdk, endpoint):
    return sdk(Config(access_key_id=ID, access_key_secret=SECRET, endpoint=endpoint, protocol=env.get("PROTOCOL", "https")))

def sign(bucket, key_condition):
    expires = int(time.time()) + 600
    expiration = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(expires))
    conditions = [{"bucket": bucket}, key_condition, ["content-length-range", 0, MAX_SIZE]]
    policy = b64encode_as_string(json.dumps({"expiration": expiration, "conditions": conditions}).encode())
    return policy, b64encode_as_string(hmac.new(SECRET.encode(), policy.encode(), hashlib.sha1).digest()), expires

def temp(name):
    client = cloud(hbr_sdk.Client, env.get("HBR_ENDPOINT", f"hbr.{REGION}.aliyuncs.com"))
    request = hbr_models.CreateTempFileUploadUrlRequest(file_name=name)
    return client.create_temp_file_upload_url(request).body.to_map()

def ens(name):
    client = cloud(ens_sdk.Client, env.get("ENS_ENDPOINT", "ens.aliyuncs.com"))
    found = client.prepare_upload(ens_models.PrepareUploadRequest(bucket_name=env.get("ENS_BUCKET"))).body.to_map()
    key = f"uploads/{uuid.uuid4()}/" + name.replace("\\", "/").split("/")[-1].replace("${", "_{")
    policy, signature, expires = sign(found["BucketName"], ["eq", "$key", key])
    return {**found, "Key": key, "OssAccessKeyId": ID, "Policy": policy, "Signature": signature, "ExpireTime": expires}

def own(_name):
    folder, host = time.strftime("uploads/%Y-%m-%d/", time.gmtime()), f"https://{BUCKET}.oss-{REGION}.aliyuncs.com"
    policy, signature, expires = sign(BUCKET, ["starts-with", "$key", folder])
    signed = {"accessid": ID, "policy": policy, "signature": signature, "expire": expires}
    return {**signed, "dir": folder, "host": env.get("HOST_URL", host)}

ROUTES = {"/api/upload-params": temp, "/api/ens/upload-params": ens, "/api/policy/v1": own}

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlparse(self.path)
        try:
            status, body = 200, ROUTES[url.path](parse_qs(url.query).get("fileName", ["file"])[0])
        except Exception as error:  # an SDK's message may hold what was signed: the code is enough for a browser
            status, body = getattr(error, "status_code", 502), {"Code": str(getattr(error, "code", error))}
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

with ThreadingHTTPServer(("127.0.0.1", int(env.get("PORT", "3000"))), Handler) as server:
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
