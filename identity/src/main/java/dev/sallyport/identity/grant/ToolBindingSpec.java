package dev.sallyport.identity.grant;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** A tool binding as it is written. */
record ToolBindingSpec(
    @JsonProperty(required = true) String server,
    @JsonProperty(required = true) Map<String, Bound> tools) {

  /** What a tool does, in the words of policies. */
  record Bound(
      @JsonProperty(required = true) String resource,
      @JsonProperty(required = true) String action) {}
}
