package dev.sallyport.vault.seal;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.sallyport.vault.egress.EgressRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The spec of a {@code Credential}, as written.
 *
 * @param kind {@code header}: a whole header value; {@code secret}: a bare secret, sent as its
 *     destination wants it
 * @param header which header, for kind {@code header}
 * @param value the secret itself; never stored here
 * @param valueFrom where the secret is, instead of {@code value}
 * @param sealed what stands here once {@code value} was sealed
 * @param servers the MCP servers that it may go to
 * @param providers the model providers that it may go to
 */
record CredentialSpec(
    @Nullable String kind,
    @Nullable String header,
    @Nullable String value,
    @Nullable ValueFrom valueFrom,
    @Nullable SealedValue sealed,
    @Nullable List<String> servers,
    @Nullable List<String> providers) {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");

  CredentialSpec {
    servers = servers == null ? List.of() : List.copyOf(servers);
    providers = providers == null ? List.of() : List.copyOf(providers);
    if (kind == null || !(kind.equals("header") || kind.equals("secret"))) {
      throw new IllegalArgumentException("kind must be header or secret");
    }
    if (kind.equals("header") && (header == null || !HEADER_NAME.matcher(header).matches())) {
      throw new IllegalArgumentException("header must name the header, such as Authorization");
    }
    if (header != null && EgressRequest.isReserved(header)) {
      throw new IllegalArgumentException(
          "header must not be one that says how a message is sent: " + header);
    }
    if (kind.equals("secret") && header != null) {
      throw new IllegalArgumentException("header is for kind header only");
    }
    int sources = (value == null ? 0 : 1) + (valueFrom == null ? 0 : 1) + (sealed == null ? 0 : 1);
    if (sources != 1) {
      throw new IllegalArgumentException("give the secret once: as value, or by valueFrom");
    }
    if (servers.isEmpty() && providers.isEmpty()) {
      throw new IllegalArgumentException(
          "servers or providers must say where the secret may go, such as servers: [crm]");
    }
  }

  @Override
  public String toString() {
    return "CredentialSpec[" + kind + "]";
  }

  /** Where a secret is that is not kept here. */
  record ValueFrom(@Nullable String file, @Nullable String env) {
    @JsonCreator
    ValueFrom {
      if ((file == null) == (env == null)) {
        throw new IllegalArgumentException(
            "valueFrom must name a file, or an environment variable of the gateway by env");
      }
      if (file != null && !Path.of(file).isAbsolute()) {
        throw new IllegalArgumentException("valueFrom.file must be an absolute path: " + file);
      }
    }
  }

  /** A secret that was sealed, by its version. */
  record SealedValue(int version) {}
}
