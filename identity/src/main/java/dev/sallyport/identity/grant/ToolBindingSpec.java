package dev.sallyport.identity.grant;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tool binding as it is written. */
record ToolBindingSpec(
    @JsonProperty(required = true) String server,
    @Nullable Map<String, BoundTool> tools,
    @Nullable Map<String, Bound> prompts,
    @Nullable List<BoundUris> resources) {

  /**
   * What a tool does, in the words of policies.
   *
   * @param parameters where the arguments stand that have a name for policies: JSON pointers
   */
  record BoundTool(
      @JsonProperty(required = true) String resource,
      @JsonProperty(required = true) String action,
      @Nullable Map<String, String> parameters) {}

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
