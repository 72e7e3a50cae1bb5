<?php
// Signs upload parameters with PHP alone. The keys stay here; put your own sign-in in front of it.
declare(strict_types=1);

// What goes wrong is for the log: a page of PHP's own would be no JSON, and might show the settings.
ini_set('display_errors', '0');
ini_set('log_errors', '1');

function settings(): array
{
    $required = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'UPLOAD_BUCKET__NAME', 'UPLOAD_BUCKET__REGION'];
    $missing = array_filter($required, fn ($name) => (string) getenv($name) === '');
    if ($missing) {
        throw new RuntimeException('not set: ' . implode(', ', $missing));
    }
    [$id, $secret, $bucket, $region] = array_map('getenv', $required);
    if (!preg_match('/^[a-z]{2}-/', $region)) {
        throw new RuntimeException('UPLOAD_BUCKET__REGION: write a region such as cn-hangzhou');
    }
    $maxSize = getenv('UPLOAD_LIMITS__MAX_SIZE') ?: '1073741824';
    if (!ctype_digit($maxSize)) {
        throw new RuntimeException('UPLOAD_LIMITS__MAX_SIZE: write a number of bytes');
    }
    return [
        'id' => $id, 'secret' => $secret, 'bucket' => $bucket, 'region' => $region, 'maxSize' => (int) $maxSize,
        'token' => getenv('ALIBABA_CLOUD_SECURITY_TOKEN') ?: null, // of a temporary (STS) key
        'host' => getenv('UPLOAD_BUCKET__HOST') ?: "https://$bucket.oss-$region.aliyuncs.com",
    ];
}

function sign(array $settings): array
{
    // The folder is chosen here, never by the page: no page writes over another's files.
    $dir = 'uploads/' . bin2hex(random_bytes(16)) . '/';
    $now = time();
    $scope = [gmdate('Ymd', $now), $settings['region'], 'oss', 'aliyun_v4_request'];
    $signed = array_filter([
        'x-oss-signature-version' => 'OSS4-HMAC-SHA256',
        'x-oss-credential' => implode('/', [$settings['id'], ...$scope]),
        'x-oss-date' => gmdate('Ymd\THis\Z', $now),
        'x-oss-security-token' => $settings['token'],
    ]);
    $conditions = [
        ['bucket' => $settings['bucket']],
        ['starts-with', '$key', $dir],
        ['content-length-range', 0, $settings['maxSize']],
        ...array_map(fn ($name, $value) => [$name => $value], array_keys($signed), $signed),
    ];
    $expiration = gmdate('Y-m-d\TH:i:s\Z', $now + 600); // in 10 minutes
    $policy = base64_encode(json_encode(['expiration' => $expiration, 'conditions' => $conditions], JSON_THROW_ON_ERROR));
    $mac = fn ($key, $text) => hash_hmac('sha256', $text, $key, true);
    $key = array_reduce($scope, $mac, 'aliyun_v4' . $settings['secret']);
    return array_filter([
        'host' => $settings['host'],
        'dir' => $dir,
        'policy' => $policy,
        'signature' => bin2hex($mac($key, $policy)),
        'x_oss_signature_version' => $signed['x-oss-signature-version'],
        'x_oss_credential' => $signed['x-oss-credential'],
        'x_oss_date' => $signed['x-oss-date'],
        'security_token' => $settings['token'],
    ]);
}

function answer(): array
{
    $routes = ['/api/policy/v4' => sign(...), '/health' => fn () => ['status' => 'ok']];
    $route = $routes[explode('?', $_SERVER['REQUEST_URI'])[0]] ?? null;
    if (!$route) {
        return [404, ['Code' => 'NotFound', 'Message' => 'There is no such route here.']];
    }
    if ($_SERVER['REQUEST_METHOD'] !== 'GET') {
        return [405, ['Code' => 'MethodNotAllowed', 'Message' => 'Ask with GET.']];
    }
    try {
        return [200, $route(settings())];
    } catch (Throwable $error) {
        error_log($error->getMessage());
        return [500, ['Code' => 'InternalError', 'Message' => 'The backend failed; its log says more.']];
    }
}

[$status, $body] = answer();
http_response_code($status);
header('Content-Type: application/json');
header('Cache-Control: no-store');
header('Allow: GET');
echo json_encode($body);
