package dev.sallyport.gateway.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The product itself, as {@code up} runs it, in a process and on data of its own. */
public record Product(Ports ports, Path data, Child process) implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MAIN = "dev.sallyport.gateway.Main";
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d{1,5})");

  /** Starts it with no options but its own, and gives it resources. */
  public static Product start(Path folder, String resources) throws IOException {
    return start(folder, resources, List.of());
  }

  /**
   * Starts it and gives it resources.
   *
   * @param folder for its data and its log
   * @param resources documents of YAML
   * @param options more options of {@code up}
   */
  public static Product start(Path folder, String resources, List<String> options)
      throws IOException {
    var data = folder.resolve("data");
    var log = folder.resolve("sallyport.log");
    var child = Child.java(MAIN, command(data, options), log);
    try {
      var ports = ports(child.readLine(line -> line.startsWith("ready")));
      apply(ports.admin(), data, resources);
      return new Product(ports, data, child);
    } catch (IOException e) {
      child.close();
      throw new IOException(e.getMessage() + "; see " + log, e);
    }
  }

  private static List<String> command(Path data, List<String> options) {
    var command = new ArrayList<>(List.of("up", "--data", data.toString()));
    command.addAll(List.of("--port", "0", "--admin-port", "0"));
    command.addAll(List.of("--audience", TrialIdentity.AUDIENCE));
    command.addAll(options);
    return command;
  }

  /** Where agents connect. */
  public int port() {
    return ports.data();
  }

  /** Gives it more resources. */
  public void apply(String resources) throws IOException {
    apply(ports.admin(), data, resources);
  }

  /** Where a gateway listens. */
  public record Ports(int data, int admin) {}

  /** Reads the line that says that a gateway is ready. */
  public static Ports ports(String ready) throws IOException {
    var ports =
        ADDRESS.matcher(ready).results().map(match -> Integer.parseInt(match.group(1))).toList();
    if (ports.size() < 2) {
      throw new IOException("the gateway did not say where it listens");
    }
    return new Ports(ports.get(0), ports.get(1));
  }

  /** How many MCP servers have said what they have. */
  public int readyServers() throws IOException {
    var servers = get(ports.admin(), data, "/admin/servers").path("items");
    int ready = 0;
    for (var server : servers) {
      ready += server.path("state").asText().equals("ready") ? 1 : 0;
    }
    return ready;
  }

  /** Gives resources to a gateway whose data are in a folder. */
  public static void apply(int adminPort, Path data, String resources) throws IOException {
    var request =
        request(adminPort, data, "/admin/apply")
            .header("Content-Type", "application/yaml")
            .POST(BodyPublishers.ofString(resources));
    var response = sent(request.build());
    if (response.statusCode() != 200) {
      throw new IOException("the gateway refused its resources: " + response.body());
    }
  }

  /**
   * Asks the control plane as its administrator.
   *
   * @return what it answered, whatever its status
   */
  public JsonNode administer(String method, String path, String body) throws IOException {
    var request =
        request(ports.admin(), data, path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return JSON.readTree(sent(request).body());
  }

  /** Ends it as a fault of the machine would. */
  public void kill() {
    process.kill();
  }

  private static JsonNode get(int adminPort, Path data, String path) throws IOException {
    return JSON.readTree(sent(request(adminPort, data, path).build()).body());
  }

  private static HttpRequest.Builder request(int adminPort, Path data, String path)
      throws IOException {
    var token = Files.readString(data.resolve("admin-token")).strip();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
        .header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> sent(HttpRequest request) throws IOException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
