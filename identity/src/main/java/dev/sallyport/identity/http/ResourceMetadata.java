package dev.sallyport.identity.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.ProtectedResource;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.dpop.ProofNonces;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Says where access tokens for this resource come from, to anyone who asks. Source: RFC 9728,
 * sections 2 and 3. It answers for any server's name alike, but for the scopes that are demanded of
 * whoever asks for anything of that server; those of single tools are told to callers who have
 * them.
 */
public final class ResourceMetadata implements HttpService {
  /** Where it is served: register it at this path. */
  public static final String PATH = "/.well-known/oauth-protected-resource";

  static final List<String> ALGORITHMS =
      Arrays.stream(SignatureAlgorithm.values()).map(Enum::name).toList();
  private static final String OF_SERVER = "/mcp/";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final PublicAddress address;
  private final Supplier<List<AuthorizationServer>> servers;
  private final Function<String, TokenDemand> demands;
  private final ProofNonces nonces;
  private final Challenges challenges;

  /**
   * Metadata of the resource at an address.
   *
   * @param servers where access tokens come from that are taken now
   * @param demands what an access token must hold for whatever a server has, by the server's name
   * @param nonces those that proofs of keys must hold, where they must
   */
  public ResourceMetadata(
      PublicAddress address,
      Supplier<List<AuthorizationServer>> servers,
      Function<String, TokenDemand> demands,
      ProofNonces nonces) {
    this.address = address;
    this.servers = servers;
    this.demands = demands;
    this.nonces = nonces;
    this.challenges = new Challenges(address, this);
  }

  /** Metadata of one none of whose servers demands anything, without nonces. */
  public ResourceMetadata(PublicAddress address, Supplier<List<AuthorizationServer>> servers) {
    this(address, servers, _ -> TokenDemand.NONE, ProofNonces.off());
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/*", this::answer);
  }

  private void answer(ServerRequest request, ServerResponse response) {
    var asked = request.prologue().uriPath().path();
    var resource = asked.substring(Math.min(PATH.length(), asked.length()));
    if (!resource.isEmpty() && !resource.equals(ProtectedResource.of(resource))) {
      RefusalAnswer.send(asked, response, new Refusal(RefusalCode.UNKNOWN_PATH));
      return;
    }
    var body =
        JsonNodeFactory.instance.objectNode().put("resource", address.of(request) + resource);
    var known = servers.get();
    if (!known.isEmpty()) {
      describe(body, known, demandOf(resource).scopes());
    }
    body.putArray("bearer_methods_supported").add("header");
    body.put("resource_name", "Sallyport");
    body.put("token_exchange_endpoint", address.of(request) + TokenEndpoint.PATH);
    response
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(bytes(body));
  }

  private static void describe(
      ObjectNode body, List<AuthorizationServer> servers, Set<String> demanded) {
    var issuers = body.putArray("authorization_servers");
    var scopes = new TreeSet<>(demanded);
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

  /** Whether anyone gives tokens that are bound to a key. */
  boolean takesProofs() {
    return takesProofs(servers.get());
  }

  /**
   * The scopes that a token must have for whatever a path has, where all who give tokens are to be
   * asked for the same; often none.
   */
  List<String> scopesOfAll(String path) {
    var all = servers.get().stream().map(server -> server.rules().scopes()).distinct().toList();
    return all.size() == 1
        ? Stream.concat(all.getFirst().stream(), demandOf(path).scopes().stream())
            .distinct()
            .toList()
        : List.of();
  }

  /** What a token must hold for whatever the server of a path has. */
  TokenDemand demandOf(String path) {
    var resource = ProtectedResource.of(path);
    return resource.startsWith(OF_SERVER)
        ? demands.apply(resource.substring(OF_SERVER.length()))
        : TokenDemand.NONE;
  }

  /** Says what to do about a refusal, if another token would be a help, or might be. */
  public void challenge(ServerRequest request, ServerResponse response, Refusal refusal) {
    var values =
        refusal.code() == RefusalCode.FORBIDDEN
            ? challenges.toKnown(request)
            : Callers.challenges(request, refusal);
    challenge(response, values);
  }

  static void challenge(ServerResponse response, List<String> values) {
    if (!values.isEmpty()) {
      response.header(HeaderNames.WWW_AUTHENTICATE, values.toArray(String[]::new));
    }
  }

  ProofNonces nonces() {
    return nonces;
  }

  Challenges challenges() {
    return challenges;
  }

  /** Where a request was sent to, as its sender sees it, without a query. */
  String uriOf(ServerRequest request) {
    return address.uriOf(request);
  }

  /** The path of the metadata for a request of this path. */
  static String pathFor(String path) {
    return PATH + ProtectedResource.of(path);
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
