// The same in a Spring application: Server.java's record UploadParams in a file of its own, and this beside it.
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class UploadParamsController {
    private final UploadParams params = UploadParams.fromEnvironment();

    @GetMapping("/api/policy/v4")
    ResponseEntity<Map<String, String>> sign() {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(params.sign());
    }
}
