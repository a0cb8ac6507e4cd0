package dev.sallyport.identity.oidc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * The document that an issuer's own metadata names. The metadata is looked for where OpenID Connect
 * has it, then where RFC 8414 has it, and must be of exactly this issuer.
 */
final class DiscoveredKeys implements KeyDocument {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** The most characters of what another claims to be that are shown. */
  private static final int MAX_SHOWN = 200;

  private static final String OPENID = "/.well-known/openid-configuration";
  private static final String OAUTH = "/.well-known/oauth-authorization-server";

  private final String issuer;
  private final WebDocument openid;
  private final WebDocument oauth;
  private volatile Optional<Named> named = Optional.empty();

  /**
   * Nothing is fetched before {@link #fetch}.
   *
   * @throws IllegalArgumentException unless the issuer is https, or http on this machine
   */
  DiscoveredKeys(String issuer) {
    this.issuer = issuer;
    if (issuer.indexOf('?') >= 0 || issuer.indexOf('#') >= 0) {
      throw new IllegalArgumentException("issuer must be an address without a query: " + issuer);
    }
    var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    this.openid = new WebDocument("issuer", base + OPENID);
    var path = URI.create(base).getRawPath();
    var host = base.substring(0, base.length() - path.length());
    this.oauth = new WebDocument("issuer", host + OAUTH + path);
  }

  @Override
  public String place() {
    return issuer;
  }

  @Override
  public byte[] fetch() throws IOException {
    var metadata = metadata();
    if (!issuer.equals(metadata.path("issuer").textValue())) {
      var other = metadata.path("issuer").toString();
      var fault = "its metadata must name just this issuer";
      throw new NoDocumentException(
          fault, fault + ", and names " + other.substring(0, Math.min(other.length(), MAX_SHOWN)));
    }
    return document(metadata.path("jwks_uri").asText()).fetch();
  }

  private JsonNode metadata() throws IOException {
    try {
      return parsed(openid);
    } catch (NoDocumentException first) {
      try {
        return parsed(oauth);
      } catch (NoDocumentException second) {
        throw new NoDocumentException(
            first.reason() + ", and " + second.reason(),
            first.getMessage() + ", and " + second.getMessage(),
            second);
      }
    }
  }

  private static JsonNode parsed(WebDocument document) throws IOException {
    var text = document.fetch();
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw document.fault("answers with what is no JSON", "", e);
    }
  }

  private WebDocument document(String address) throws IOException {
    var known = named.filter(each -> each.address.equals(address));
    if (known.isPresent()) {
      return known.get().document;
    }
    try {
      var fresh = new Named(address, new WebDocument("jwks_uri", address, URI.create(issuer)));
      named.ifPresent(old -> old.document.close());
      named = Optional.of(fresh);
      return fresh.document;
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "its metadata names in jwks_uri no address that is https, or http on this machine", e);
    }
  }

  @Override
  public void close() {
    openid.close();
    oauth.close();
    named.ifPresent(each -> each.document.close());
  }

  private record Named(String address, WebDocument document) {}
}
