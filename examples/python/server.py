# Hands out upload parameters with Alibaba's own SDKs. The keys stay here; put your own sign-in in front of it.
import base64, functools, hashlib, hmac, json, re, sys, time, traceback, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import environ as env
from urllib.parse import parse_qs, urlsplit

from alibabacloud_ens20171110 import client as ens_sdk, models as ens_models
from alibabacloud_hbr20170908 import client as hbr_sdk, models as hbr_models
from alibabacloud_tea_openapi.models import Config

REQUIRED = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "UPLOAD_BUCKET__NAME", "UPLOAD_BUCKET__REGION"
if missing := [name for name in REQUIRED if not env.get(name)]:
    sys.exit(f"not set: {', '.join(missing)}")
ID, SECRET, BUCKET, REGION = (env[name] for name in REQUIRED)
if not re.match(r"[a-z]{2}-", REGION):
    sys.exit("UPLOAD_BUCKET__REGION: write a region such as cn-hangzhou")
MAX_SIZE = env.get("UPLOAD_LIMITS__MAX_SIZE") or "1073741824"
if not re.fullmatch("[0-9]+", MAX_SIZE):
    sys.exit("UPLOAD_LIMITS__MAX_SIZE: write a number of bytes")
TOKEN = env.get("ALIBABA_CLOUD_SECURITY_TOKEN")  # of a temporary (STS) key
HOST = env.get("UPLOAD_BUCKET__HOST") or f"https://{BUCKET}.oss-{REGION}.aliyuncs.com"


class Refusal(Exception):
    def __init__(self, status, code, message):
        self.status, self.body = status, {"Code": code, "Message": message}


def cloud(sdk, address):
    url = urlsplit(address)
    keys = {"access_key_id": ID, "access_key_secret": SECRET, "security_token": TOKEN}
    return sdk.Client(Config(**keys, endpoint=url.netloc, protocol=url.scheme, connect_timeout=5000, read_timeout=10_000))


def call(action, request):
    try:
        return action(request).body.to_map()
    except Exception as error:  # the SDK's message may hold what was signed: code and request id are enough to find out more
        data = getattr(error, "data", None) or {}
        status, code = data.get("statusCode"), getattr(error, "code", None)
        print(f"{action.__name__}: {status} {code}, request id {data.get('RequestId')}", file=sys.stderr)
        if not status:
            raise Refusal(502, "CloudUnreachable", "Alibaba Cloud did not answer.") from None
        raise Refusal(status, code, "Alibaba Cloud refused; the code says why.") from None


def policy_of(expires, bucket, *conditions):
    expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires))
    conditions = [{"bucket": bucket}, *conditions, ["content-length-range", 0, int(MAX_SIZE)]]
    return base64.b64encode(json.dumps({"expiration": expiration, "conditions": conditions}).encode()).decode()


def in_ten_minutes():
    return int(time.time()) + 600


def new_dir():  # chosen here, never by the page: no page writes over another's files
    return f"uploads/{uuid.uuid4()}/"


def sign_v1(policy):
    return base64.b64encode(hmac.digest(SECRET.encode(), policy.encode(), "sha1")).decode()


def sign_v4(policy, scope):
    key = functools.reduce(lambda key, part: hmac.digest(key, part.encode(), "sha256"), scope, b"aliyun_v4" + SECRET.encode())
    return hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()


def with_token(answer, name):
    return {**answer, name: TOKEN} if TOKEN else answer


def temp(file_name):
    client = cloud(hbr_sdk, env.get("UPLOAD_TEMP__ENDPOINT") or f"https://hbr.{REGION}.aliyuncs.com")
    return call(client.create_temp_file_upload_url, hbr_models.CreateTempFileUploadUrlRequest(file_name=file_name))


def ens(file_name):
    if not env.get("UPLOAD_ENS__BUCKET"):
        raise Refusal(404, "NotConfigured", "This backend has no UPLOAD_ENS__BUCKET in its settings.")
    client = cloud(ens_sdk, env.get("UPLOAD_ENS__ENDPOINT") or "https://ens.aliyuncs.com")
    prepared = call(client.prepare_upload, ens_models.PrepareUploadRequest(bucket_name=env["UPLOAD_ENS__BUCKET"]))
    # OSS would fill in ${filename}; and no browser opens an address that ends in `..`.
    name = re.sub(r"[\x00-\x1f\x7f]", "_", re.split(r"[/\\]", file_name)[-1].replace("${", "_{"))
    key, expires = new_dir() + ("_" if name in ("", ".", "..") else name), in_ten_minutes()
    policy = policy_of(expires, prepared["BucketName"], ["eq", "$key", key])
    signed = {"OssAccessKeyId": ID, "Policy": policy, "Signature": sign_v1(policy), "ExpireTime": expires}
    return with_token({**prepared, "Key": key, **signed}, "SecurityToken")


def policy_v1(_file_name):
    folder, expires = new_dir(), in_ten_minutes()
    policy = policy_of(expires, BUCKET, ["starts-with", "$key", folder])
    signed = {"accessid": ID, "policy": policy, "signature": sign_v1(policy), "expire": expires}
    return with_token({"host": HOST, "dir": folder, **signed}, "security_token")


def policy_v4(_file_name):
    folder, date = new_dir(), time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = date[:8], REGION, "oss", "aliyun_v4_request"
    version, credential = "OSS4-HMAC-SHA256", "/".join((ID, *scope))
    pinned = {"x-oss-signature-version": version, "x-oss-credential": credential, "x-oss-date": date}
    conditions = [{name: value} for name, value in with_token(pinned, "x-oss-security-token").items()]
    policy = policy_of(in_ten_minutes(), BUCKET, *conditions, ["starts-with", "$key", folder])
    signed = {"x_oss_signature_version": version, "x_oss_credential": credential, "x_oss_date": date}
    return with_token({"host": HOST, "dir": folder, "policy": policy, "signature": sign_v4(policy, scope), **signed}, "security_token")


ROUTES = {
    "/health": lambda _file_name: {"status": "ok"},
    "/api/upload-params": temp, "/api/ens/upload-params": ens, "/api/policy/v1": policy_v1, "/api/policy/v4": policy_v4,
}


def answer(path, query):
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    size = asked.get("size", "0")
    if not re.fullmatch("[0-9]{1,15}", size):
        raise Refusal(400, "InvalidParameter.size", "The size is not a number of bytes.")
    if int(size) > int(MAX_SIZE):
        raise Refusal(413, "EntityTooLarge", f"Files may have at most {MAX_SIZE} bytes here.")
    file_name = asked.get("fileName", "file")
    if len(file_name.encode()) > 900:
        raise Refusal(400, "InvalidParameter.fileName", "The name has more than 900 bytes.")
    return ROUTES[path](file_name)


class Handler(BaseHTTPRequestHandler):
    timeout = 10  # seconds for a request to be complete

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path not in ROUTES:
            return self.reply(404, {"Code": "NotFound", "Message": "There is no such route here."})
        try:
            self.reply(200, answer(path, query))
        except Refusal as refusal:
            self.reply(refusal.status, refusal.body)
        except Exception:
            traceback.print_exc()
            self.reply(500, {"Code": "InternalError", "Message": "The backend failed; its log says more."})

    def send_error(self, code, message=None, explain=None):  # what the base class refuses, such as every method without a do_…
        if code != 501:
            return self.reply(code, {"Code": "BadRequest", "Message": "The request cannot be read."})
        if self.path.partition("?")[0] not in ROUTES:
            return self.reply(404, {"Code": "NotFound", "Message": "There is no such route here."})
        self.reply(405, {"Code": "MethodNotAllowed", "Message": "Ask with GET."})

    def reply(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Allow": "GET", "Content-Length": str(len(body))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):  # names of files are nobody's business
        pass


with ThreadingHTTPServer(("127.0.0.1", int(env.get("PORT") or 3000)), Handler) as server:
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
