package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.testing.TestingGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One gateway for all tests of a class, and an administrator who asks it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AdminScene {
  Path folder;
  TestingGateway gateway;

  @BeforeAll
  void start(@TempDir Path own) {
    folder = own;
    gateway = TestingGateway.start(own);
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  HttpResponse<String> send(String method, String path, String body) {
    return gateway.send(
        admin(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build());
  }

  HttpRequest.Builder admin(String path) {
    return HttpRequest.newBuilder(uri(path))
        .header("Authorization", "Bearer " + gateway.adminToken());
  }

  URI uri(String path) {
    return URI.create(gateway.gateway().admin() + path.replace(" ", "%20"));
  }

  static JsonNode tree(HttpResponse<String> answer) {
    return TestingGateway.read(answer.body());
  }

  /** What a policy is put as that says no more than whose it is. */
  static String spec(String workload) {
    return "{\"spec\":{\"identity\":{\"workload\":\"" + workload + "\"}}}";
  }
}
