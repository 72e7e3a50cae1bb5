// Signs upload parameters with Go's standard library alone. The keys stay here; put your own sign-in in front of it.
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

type settings struct {
	id, secret, token    string
	bucket, region, host string
	maxSize              int64
}

// read says everything that is missing at once.
func read() (settings, error) {
	var missing []string
	required := func(name string) string {
		value := os.Getenv(name)
		if value == "" {
			missing = append(missing, name)
		}
		return value
	}
	orElse := func(name, fallback string) string {
		if value := os.Getenv(name); value != "" {
			return value
		}
		return fallback
	}
	s := settings{
		id:     required("ALIBABA_CLOUD_ACCESS_KEY_ID"),
		secret: required("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
		token:  os.Getenv("ALIBABA_CLOUD_SECURITY_TOKEN"), // of a temporary (STS) key
		bucket: required("UPLOAD_BUCKET__NAME"),
		region: required("UPLOAD_BUCKET__REGION"),
	}
	if missing != nil {
		return s, fmt.Errorf("not set: %s", strings.Join(missing, ", "))
	}
	if !regexp.MustCompile(`^[a-z]{2}-`).MatchString(s.region) {
		return s, fmt.Errorf("UPLOAD_BUCKET__REGION: write a region such as cn-hangzhou")
	}
	maxSize, err := strconv.ParseUint(orElse("UPLOAD_LIMITS__MAX_SIZE", "1073741824"), 10, 63)
	if err != nil {
		return s, fmt.Errorf("UPLOAD_LIMITS__MAX_SIZE: write a number of bytes")
	}
	s.maxSize = int64(maxSize)
	s.host = orElse("UPLOAD_BUCKET__HOST", fmt.Sprintf("https://%s.oss-%s.aliyuncs.com", s.bucket, s.region))
	return s, nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func sign(s settings) (map[string]string, error) {
	// The folder is chosen here, never by the page: no page writes over another's files.
	folder := make([]byte, 16)
	if _, err := rand.Read(folder); err != nil {
		return nil, err
	}
	dir := "uploads/" + hex.EncodeToString(folder) + "/"
	now := time.Now().UTC()
	scope := []string{now.Format("20060102"), s.region, "oss", "aliyun_v4_request"}
	signed := map[string]string{
		"x-oss-signature-version": "OSS4-HMAC-SHA256",
		"x-oss-credential":        s.id + "/" + strings.Join(scope, "/"),
		"x-oss-date":              now.Format("20060102T150405Z"),
	}
	if s.token != "" {
		signed["x-oss-security-token"] = s.token
	}
	conditions := []any{
		map[string]string{"bucket": s.bucket},
		[]any{"starts-with", "$key", dir},
		[]any{"content-length-range", 0, s.maxSize},
	}
	for name, value := range signed {
		conditions = append(conditions, map[string]string{name: value})
	}
	document, err := json.Marshal(map[string]any{
		"expiration": now.Add(10 * time.Minute).Format("2006-01-02T15:04:05.000Z"),
		"conditions": conditions,
	})
	if err != nil {
		return nil, err
	}
	policy := base64.StdEncoding.EncodeToString(document)
	key := []byte("aliyun_v4" + s.secret)
	for _, part := range scope {
		key = mac(key, part)
	}
	answer := map[string]string{
		"host": s.host, "dir": dir, "policy": policy, "signature": hex.EncodeToString(mac(key, policy)),
		"x_oss_signature_version": signed["x-oss-signature-version"],
		"x_oss_credential":        signed["x-oss-credential"],
		"x_oss_date":              signed["x-oss-date"],
	}
	if s.token != "" {
		answer["security_token"] = s.token
	}
	return answer, nil
}

func reply(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Allow", "GET")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	reply(w, status, map[string]string{"Code": code, "Message": message})
}

func main() {
	s, err := read()
	if err != nil {
		log.Fatal(err)
	}
	routes := map[string]func() (map[string]string, error){
		"/api/policy/v4": func() (map[string]string, error) { return sign(s) },
		"/health":        func() (map[string]string, error) { return map[string]string{"status": "ok"}, nil },
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route, found := routes[r.URL.Path]
		if !found {
			refuse(w, http.StatusNotFound, "NotFound", "There is no such route here.")
			return
		}
		if r.Method != http.MethodGet {
			refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "Ask with GET.")
			return
		}
		body, err := route()
		if err != nil {
			log.Print(err)
			refuse(w, http.StatusInternalServerError, "InternalError", "The backend failed; its log says more.")
			return
		}
		reply(w, http.StatusOK, body)
	})
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	server := http.Server{Handler: handler, ReadTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}
