package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Talks to the control plane of a running gateway. */
public final class AdminClient {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final URI address;
  private final String token;
  private final HttpClient http;

  /**
   * A client.
   *
   * @param address of the control plane, without a path
   * @param token the admin token, or that of an approver of held calls
   */
  public AdminClient(URI address, String token) {
    this.address = address;
    this.token = token;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  /** Gets what is at a path. */
  public Reply get(String path) {
    return send(request(path).GET().build());
  }

  /** Removes what is at a path. */
  public Reply delete(String path) {
    return send(request(path).DELETE().build());
  }

  /** Sends a body to a path. */
  public Reply post(String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  /** Puts a body at a path. */
  public Reply put(String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve(path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + token);
  }

  private Reply send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofString());
      return new Reply(response.statusCode(), tree(response.body()));
    } catch (IOException e) {
      throw new CommandFailure(
          "No gateway answers at " + address + ". Is it running? Start it with: sallyport up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("Interrupted.", e);
    }
  }

  private static JsonNode tree(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException _) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  /** An answer of the control plane. */
  public record Reply(int status, JsonNode body) {
    /** Whether it did what it was asked. */
    public boolean ok() {
      return status / 100 == 2;
    }

    /**
     * The body.
     *
     * @throws CommandFailure in the gateway's own words if it did not do what it was asked
     */
    public JsonNode orFail() {
      if (ok()) {
        return body;
      }
      var text = new StringBuilder(body.path("detail").asText("The gateway answered " + status));
      if (status / 100 == 5 && body.has("callId")) {
        text.append(" The call is ").append(body.path("callId").asText()).append('.');
      }
      for (var error : body.path("errors")) {
        text.append('\n');
        if (error.has("kind")) {
          text.append(error.path("kind").asText() + "/" + error.path("name").asText() + " ");
        }
        text.append(error.path("pointer").asText())
            .append(": ")
            .append(error.path("detail").asText());
      }
      throw new CommandFailure(text.toString());
    }
  }
}
