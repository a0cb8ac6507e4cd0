package dev.sallyport.identity.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.delegation.ExchangeFault;
import dev.sallyport.identity.delegation.TokenExchange;
import dev.sallyport.identity.delegation.TokenExchange.Asker;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where agents exchange tokens of users. It stands behind the {@link CallerFilter}, so whoever asks
 * has proved itself as for any other request. Source: RFC 8693, section 2; RFC 6749, section 5.
 */
public final class TokenEndpoint implements HttpService {
  /** Where it is served. */
  public static final String PATH = "/oauth2/token";

  /** The most bytes of a request: two tokens, percent-encoded, and what is said of them. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_PARAMETERS = 64;
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final TokenExchange exchange;
  private final PublicAddress address;
  private final Set<String> audiences;

  /**
   * An exchange by HTTP.
   *
   * @param audiences by which this gateway is known beside its address
   */
  public TokenEndpoint(TokenExchange exchange, PublicAddress address, Set<String> audiences) {
    this.exchange = exchange;
    this.address = address;
    this.audiences = Set.copyOf(audiences);
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post(PATH, this::answer);
    rules.any(
        PATH,
        (request, response) -> {
          throw new Refusal(RefusalCode.METHOD_NOT_ALLOWED);
        });
  }

  private void answer(ServerRequest request, ServerResponse response) {
    var here = address.of(request);
    try {
      var exchanged =
          exchange.exchange(
              asker(request),
              parameters(request),
              target -> target.equals(here) || audiences.contains(target));
      var body = JsonNodeFactory.instance.objectNode().put("access_token", exchanged.token());
      body.put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token");
      body.put("token_type", exchanged.withProof() ? "DPoP" : "Bearer");
      body.put("expires_in", exchanged.lifetime().toSeconds()).put("scope", exchanged.scopes());
      send(response, Status.OK_200, body);
    } catch (ExchangeFault fault) {
      var body = JsonNodeFactory.instance.objectNode().put("error", fault.error().code());
      body.put("error_description", fault.error().advice());
      send(response, Status.BAD_REQUEST_400, body);
    }
  }

  /** A token is bound to what its agent has shown, so that nobody else can use it. */
  private static Asker asker(ServerRequest request) {
    var identified =
        request
            .context()
            .get(Identified.class)
            .orElseThrow(() -> new Refusal(RefusalCode.UNAUTHENTICATED));
    var principal = identified.principal();
    var confirmation =
        principal.method() == AuthenticationMethod.X509_SVID
            ? Confirmation.Certificate.of(certificate(request.remotePeer()))
            : principal.confirmation();
    return new Asker(principal, confirmation, identified.peer());
  }

  private static X509Certificate certificate(PeerInfo peer) {
    return peer.tlsCertificates()
        .filter(chain -> chain.length > 0 && chain[0] instanceof X509Certificate)
        .map(chain -> (X509Certificate) chain[0])
        .orElseThrow(() -> new Refusal(RefusalCode.UNAUTHENTICATED));
  }

  /**
   * The parameters of a form, each with all its values.
   *
   * @throws Refusal if there is none, or it is too large
   */
  private static Map<String, List<String>> parameters(ServerRequest request) {
    var type = request.headers().contentType().map(each -> each.mediaType().text()).orElse("");
    if (!type.equals(FORM)) {
      throw new Refusal(
          RefusalCode.UNSUPPORTED_MEDIA_TYPE,
          "The body must be a form. Send Content-Type: " + FORM);
    }
    var parameters = new HashMap<String, List<String>>();
    int count = 0;
    for (var pair : body(request).split("&", -1)) {
      if (++count > MAX_PARAMETERS) {
        throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
      }
      int end = pair.indexOf('=');
      if (end > 0) {
        parameters
            .computeIfAbsent(decoded(pair.substring(0, end)), _ -> new ArrayList<>())
            .add(decoded(pair.substring(end + 1)));
      }
    }
    return parameters;
  }

  private static String body(ServerRequest request) {
    try (var in = request.content().inputStream()) {
      var bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST);
    }
  }

  /** Nobody keeps a token. Source: RFC 6749, section 5.1. */
  private static void send(ServerResponse response, Status status, ObjectNode body) {
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header(HeaderNames.PRAGMA, "no-cache");
    try {
      response.send(MAPPER.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of ours is always writable", e);
    }
  }
}
