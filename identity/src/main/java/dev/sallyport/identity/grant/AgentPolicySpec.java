package dev.sallyport.identity.grant;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An agent policy as it is written. What a field may hold is checked by {@link PolicyCompiler}. */
record AgentPolicySpec(
    @JsonProperty(required = true) Identity identity,
    @Nullable Models models,
    @Nullable List<ToolRule> tools,
    @JsonProperty("tools_view") @Nullable ToolsView toolsView,
    @Nullable Credentials credentials,
    @Nullable Audit audit) {

  /** The one workload that the policy is for. */
  record Identity(@JsonProperty(required = true) String workload) {}

  /** The models that it may use, by alias, and what that may cost. */
  record Models(@JsonProperty(required = true) List<String> allow, @Nullable Budget budget) {}

  /** The most that the model calls of a UTC day may cost. */
  record Budget(@JsonProperty(value = "daily_usd", required = true) JsonNode dailyUsd) {}

  /**
   * What it may do to one resource, what of that a person must approve each time and how long that
   * may wait, and what it may not do whatever else allows it.
   */
  record ToolRule(
      @JsonProperty(required = true) String resource,
      @Nullable List<String> actions,
      @Nullable List<String> approve,
      @JsonProperty("approval_minutes") @Nullable Integer approvalMinutes,
      @Nullable List<String> deny) {}

  /** How tools are shown to it. */
  enum ToolsView {
    /** All in a list. */
    @JsonProperty("list")
    LIST,
    /** By {@code search_tools} and {@code call_tool}. */
    @JsonProperty("search")
    SEARCH
  }

  /** How its calls get credentials. There is one way. */
  record Credentials(
      @Nullable Injection injection, @JsonProperty("expose_to_agent") boolean exposeToAgent) {}

  /** When a credential is put into a call. */
  enum Injection {
    /** By Sallyport, on the way to the upstream. */
    @JsonProperty("runtime")
    RUNTIME
  }

  /** What evidence must hold. It holds all of these always. */
  record Audit(@JsonProperty(required = true) List<Recorded> record) {}

  /** A part of every record. */
  enum Recorded {
    @JsonProperty("identity")
    IDENTITY,
    @JsonProperty("turn")
    TURN,
    @JsonProperty("policy")
    POLICY,
    @JsonProperty("resource")
    RESOURCE,
    @JsonProperty("action")
    ACTION,
    @JsonProperty("credential")
    CREDENTIAL,
    @JsonProperty("outcome")
    OUTCOME
  }
}
