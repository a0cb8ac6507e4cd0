package dev.sallyport.identity.grant;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool binding as it is written.
 *
 * @param token what an access token must hold for all that the server has
 */
record ToolBindingSpec(
    @JsonProperty(required = true) String server,
    @Nullable Token token,
    @Nullable Map<String, BoundTool> tools,
    @Nullable Map<String, Bound> prompts,
    @Nullable List<BoundUris> resources) {

  /**
   * What an access token must hold.
   *
   * @param scopes what it must have been given for
   * @param acr the classes of which its user must have proved one to sign in, the best first
   * @param maxAgeSeconds how long ago its user may have signed in
   */
  record Token(
      @Nullable List<String> scopes, @Nullable List<String> acr, @Nullable Integer maxAgeSeconds) {}

  /**
   * What a tool does, in the words of policies.
   *
   * @param parameters where the arguments stand that have a name for policies: JSON pointers
   * @param token what an access token must hold for this tool, beside what its server wants
   */
  record BoundTool(
      @JsonProperty(required = true) String resource,
      @JsonProperty(required = true) String action,
      @Nullable Map<String, String> parameters,
      @Nullable Token token) {}

  /** What a prompt does, in the words of policies. */
  record Bound(
      @JsonProperty(required = true) String resource,
      @JsonProperty(required = true) String action) {}

  /** What reading some URIs does, in the words of policies. */
  record BoundUris(
      @Nullable String uri,
      @Nullable String prefix,
      @Nullable String template,
      @JsonProperty(required = true) String resource,
      @JsonProperty(required = true) String action) {}
}
