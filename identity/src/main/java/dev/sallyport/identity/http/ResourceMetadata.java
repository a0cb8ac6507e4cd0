package dev.sallyport.identity.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Says where access tokens for this resource come from, to anyone who asks. Source: RFC 9728,
 * sections 2 and 3. It answers for any server's name alike, so it tells no one which there are.
 */
public final class ResourceMetadata implements HttpService {
  /** Where it is served: register it at this path. */
  public static final String PATH = "/.well-known/oauth-protected-resource";

  private static final Pattern MCP = Pattern.compile("/mcp(/[a-z0-9][a-z0-9._-]{0,62})?");
  private static final JsonMapper MAPPER = new JsonMapper();

  private final PublicAddress address;
  private final Supplier<List<String>> issuers;

  /**
   * Metadata of the resource at an address.
   *
   * @param issuers the issuers whose access tokens are taken now
   */
  public ResourceMetadata(PublicAddress address, Supplier<List<String>> issuers) {
    this.address = address;
    this.issuers = issuers;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/*", this::answer);
  }

  private void answer(ServerRequest request, ServerResponse response) {
    var asked = request.prologue().uriPath().path();
    var resource = asked.substring(Math.min(PATH.length(), asked.length()));
    if (!resource.isEmpty() && !resource.equals(resourceOf(resource))) {
      RefusalAnswer.send(asked, response, new Refusal(RefusalCode.UNKNOWN_PATH));
      return;
    }
    var body =
        JsonNodeFactory.instance.objectNode().put("resource", address.of(request) + resource);
    var servers = issuers.get();
    if (!servers.isEmpty()) {
      var array = body.putArray("authorization_servers");
      servers.forEach(array::add);
    }
    body.putArray("bearer_methods_supported").add("header");
    body.put("resource_name", "Sallyport");
    response
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(bytes(body));
  }

  /**
   * Says to a caller that is known and lacks a permission what RFC 6750 section 3.1 wants said, and
   * nothing of what there is.
   */
  public static void challengeScope(
      String path, ServerRequest request, ServerResponse response, PublicAddress address) {
    challenge(path, request, response, address, ", error=\"insufficient_scope\"");
  }

  static void challenge(
      String path,
      ServerRequest request,
      ServerResponse response,
      PublicAddress address,
      String error) {
    var metadata = address.of(request) + pathFor(path);
    response.header(
        HeaderNames.WWW_AUTHENTICATE, "Bearer resource_metadata=\"" + metadata + "\"" + error);
  }

  /** The path of the metadata for a request of this path. */
  static String pathFor(String path) {
    return PATH + resourceOf(path);
  }

  /** The resource that a path belongs to: an MCP endpoint, or the whole address. */
  private static String resourceOf(String path) {
    return MCP.matcher(path).matches() ? path : "";
  }

  /** The part of the data plane that a path belongs to, one of a small set. */
  static String door(String path) {
    for (var part : List.of("mcp", "v1", "api")) {
      if (path.equals("/" + part) || path.startsWith("/" + part + "/")) {
        return part;
      }
    }
    return "other";
  }

  private static byte[] bytes(Object body) {
    try {
      return MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of ours is always writable", e);
    }
  }
}
