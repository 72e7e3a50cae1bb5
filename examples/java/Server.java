// Signs upload parameters with the JDK alone (17 or newer). The keys stay here; put your own sign-in in front of it.
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Server {
    public static void main(String[] args) throws IOException {
        UploadParams params;
        try {
            params = UploadParams.fromEnvironment();
        } catch (IllegalArgumentException error) {
            System.err.println(error.getMessage());
            System.exit(1);
            return;
        }
        System.setProperty("sun.net.httpserver.maxReqTime", "10"); // seconds for a request to be complete
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/", exchange -> answer(exchange, params));
        server.start();
        System.out.println("http://127.0.0.1:" + server.getAddress().getPort());
    }

    static void answer(HttpExchange exchange, UploadParams params) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (!List.of("/api/policy/v4", "/health").contains(path)) {
            reply(exchange, 404, Map.of("Code", "NotFound", "Message", "There is no such route here."));
        } else if (!exchange.getRequestMethod().equals("GET")) {
            reply(exchange, 405, Map.of("Code", "MethodNotAllowed", "Message", "Ask with GET."));
        } else if (path.equals("/health")) {
            reply(exchange, 200, Map.of("status", "ok"));
        } else {
            reply(exchange, 200, params.sign());
        }
    }

    static void reply(HttpExchange exchange, int status, Map<String, String> body) throws IOException {
        byte[] bytes = UploadParams.json(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("Allow", "GET");
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        try (exchange) {
            exchange.sendResponseHeaders(status, isHead ? -1 : bytes.length);
            if (!isHead) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }
}

/** Who signs, and for which bucket. */
record UploadParams(String id, String secret, String token, String bucket, String region, String host, long maxSize) {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String VERSION = "OSS4-HMAC-SHA256";

    /** Says everything that is missing at once. */
    static UploadParams fromEnvironment() {
        Map<String, String> env = System.getenv();
        List<String> required = List.of(
                "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "UPLOAD_BUCKET__NAME", "UPLOAD_BUCKET__REGION");
        List<String> missing = required.stream().filter(name -> env.getOrDefault(name, "").isEmpty()).toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("not set: " + String.join(", ", missing));
        }
        String bucket = env.get("UPLOAD_BUCKET__NAME");
        String region = env.get("UPLOAD_BUCKET__REGION");
        if (!region.matches("[a-z]{2}-.*")) {
            throw new IllegalArgumentException("UPLOAD_BUCKET__REGION: write a region such as cn-hangzhou");
        }
        String maxSize = orElse(env.get("UPLOAD_LIMITS__MAX_SIZE"), "1073741824");
        if (!maxSize.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("UPLOAD_LIMITS__MAX_SIZE: write a number of bytes");
        }
        return new UploadParams(
                env.get("ALIBABA_CLOUD_ACCESS_KEY_ID"),
                env.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
                env.getOrDefault("ALIBABA_CLOUD_SECURITY_TOKEN", ""), // of a temporary (STS) key
                bucket,
                region,
                orElse(env.get("UPLOAD_BUCKET__HOST"), "https://" + bucket + ".oss-" + region + ".aliyuncs.com"),
                Long.parseLong(maxSize));
    }

    Map<String, String> sign() {
        Instant now = Instant.now();
        String date = DATE.format(now);
        List<String> scope = List.of(date.substring(0, 8), region, "oss", "aliyun_v4_request");
        String credential = id + "/" + String.join("/", scope);
        // The folder is chosen here, never by the page: no page writes over another's files.
        String dir = "uploads/" + UUID.randomUUID() + "/";
        List<String> conditions = new ArrayList<>(List.of(
                json(Map.of("bucket", bucket)),
                json(Map.of("x-oss-signature-version", VERSION)),
                json(Map.of("x-oss-credential", credential)),
                json(Map.of("x-oss-date", date)),
                "[\"starts-with\",\"$key\"," + quoted(dir) + "]",
                "[\"content-length-range\",0," + maxSize + "]"));
        if (!token.isEmpty()) {
            conditions.add(json(Map.of("x-oss-security-token", token)));
        }
        String expiration = now.plus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS).toString();
        String document = "{\"expiration\":" + quoted(expiration) + ",\"conditions\":[" + String.join(",", conditions) + "]}";
        String policy = Base64.getEncoder().encodeToString(document.getBytes(StandardCharsets.UTF_8));
        byte[] key = ("aliyun_v4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope) {
            key = hmac(key, part);
        }
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("host", host);
        answer.put("dir", dir);
        answer.put("policy", policy);
        answer.put("signature", HexFormat.of().formatHex(hmac(key, policy)));
        answer.put("x_oss_signature_version", VERSION);
        answer.put("x_oss_credential", credential);
        answer.put("x_oss_date", date);
        if (!token.isEmpty()) {
            answer.put("security_token", token);
        }
        return answer;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error); // every JDK has HmacSHA256
        }
    }

    /** The JDK has no JSON; with a library of yours, use that. */
    static String json(Map<String, String> object) {
        return object.entrySet().stream()
                .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String orElse(String value, String fallback) {
        return value == null || value.isEmpty() ? fallback : value;
    }
}
