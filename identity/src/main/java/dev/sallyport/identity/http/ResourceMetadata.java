package dev.sallyport.identity.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.oidc.AuthorizationServer;
import dev.sallyport.identity.oidc.ProofOfPossession;
import dev.sallyport.identity.token.SignatureAlgorithm;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
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
  private static final List<String> ALGORITHMS =
      Arrays.stream(SignatureAlgorithm.values()).map(Enum::name).toList();
  private static final String DPOP = "DPoP ";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final PublicAddress address;
  private final Supplier<List<AuthorizationServer>> servers;

  /**
   * Metadata of the resource at an address.
   *
   * @param servers where access tokens come from that are taken now
   */
  public ResourceMetadata(PublicAddress address, Supplier<List<AuthorizationServer>> servers) {
    this.address = address;
    this.servers = servers;
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
    var known = servers.get();
    if (!known.isEmpty()) {
      describe(body, known);
    }
    body.putArray("bearer_methods_supported").add("header");
    body.put("resource_name", "Sallyport");
    body.put("token_exchange_endpoint", address.of(request) + TokenEndpoint.PATH);
    response
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(bytes(body));
  }

  private static void describe(ObjectNode body, List<AuthorizationServer> servers) {
    var issuers = body.putArray("authorization_servers");
    var scopes = new TreeSet<String>();
    for (var server : servers) {
      issuers.add(server.issuer());
      scopes.addAll(server.rules().scopes());
    }
    if (!scopes.isEmpty()) {
      var array = body.putArray("scopes_supported");
      scopes.forEach(array::add);
    }
    if (takesProofs(servers)) {
      var array = body.putArray("dpop_signing_alg_values_supported");
      ALGORITHMS.forEach(array::add);
      body.put(
          "dpop_bound_access_tokens_required",
          servers.stream().allMatch(each -> each.rules().dpop() == ProofOfPossession.REQUIRED));
    }
    if (servers.stream().anyMatch(each -> each.rules().certificateBound())) {
      body.put("tls_client_certificate_bound_access_tokens", true);
    }
  }

  private static boolean takesProofs(List<AuthorizationServer> servers) {
    return servers.stream().anyMatch(each -> each.rules().dpop() != ProofOfPossession.OFF);
  }

  /**
   * Says to a caller that is known and lacks a permission what RFC 6750 section 3.1 wants said, and
   * nothing of what there is.
   */
  public void challengeScope(String path, ServerRequest request, ServerResponse response) {
    challenge(path, request, response, ", error=\"insufficient_scope\"");
  }

  /** Says the same, and which scopes a token must have: all that the request needs. */
  void challengeScope(
      String path, ServerRequest request, ServerResponse response, List<String> scopes) {
    var wanted = ", error=\"insufficient_scope\", scope=\"" + String.join(" ", scopes) + "\"";
    challenge(path, request, response, wanted);
  }

  /** Says to one who has shown nothing how to authenticate. */
  void challenge(String path, ServerRequest request, ServerResponse response) {
    challenge(path, request, response, scope());
  }

  /** Says to one whose proof does not hold how to authenticate, and not what is wrong. */
  void challengeToken(String path, ServerRequest request, ServerResponse response) {
    challenge(path, request, response, scope() + ", error=\"invalid_token\"");
  }

  /** The scopes to ask for, where all who give tokens are to be asked for the same. */
  private String scope() {
    var all = servers.get().stream().map(server -> server.rules().scopes()).distinct().toList();
    return all.size() == 1 && !all.getFirst().isEmpty()
        ? ", scope=\"" + String.join(" ", all.getFirst()) + "\""
        : "";
  }

  /** One challenge for each scheme that is taken; the error is with the one that was used. */
  private void challenge(
      String path, ServerRequest request, ServerResponse response, String error) {
    var metadata = "resource_metadata=\"" + address.of(request) + pathFor(path) + '"';
    if (!takesProofs(servers.get())) {
      response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer " + metadata + error);
      return;
    }
    boolean proved = usesProof(request);
    var algorithms = ", algs=\"" + String.join(" ", ALGORITHMS) + '"';
    response.header(
        HeaderNames.WWW_AUTHENTICATE,
        "Bearer " + metadata + (proved ? "" : error),
        "DPoP " + metadata + algorithms + (proved ? error : ""));
  }

  private static boolean usesProof(ServerRequest request) {
    return request
        .headers()
        .first(HeaderNames.AUTHORIZATION)
        .map(value -> value.regionMatches(true, 0, DPOP, 0, DPOP.length()))
        .orElse(false);
  }

  /** Where a request was sent to, as its sender sees it, without a query. */
  String uriOf(ServerRequest request) {
    return address.of(request) + request.prologue().uriPath().rawPath();
  }

  /** The path of the metadata for a request of this path. */
  static String pathFor(String path) {
    return PATH + resourceOf(path);
  }

  /** The resource that a path belongs to: an MCP endpoint, or the whole address. */
  static String resourceOf(String path) {
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
