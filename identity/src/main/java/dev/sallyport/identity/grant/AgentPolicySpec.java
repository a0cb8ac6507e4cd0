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
    @Nullable Containment containment,
    @Nullable Credentials credentials,
    @Nullable Audit audit) {

  /**
   * Whom the policy is for: one workload, or what agents may do on behalf of one user.
   *
   * @param owner who answers for it; like the others, for conditions
   */
  record Identity(
      @Nullable String workload,
      @Nullable String user,
      @Nullable String owner,
      @Nullable String team,
      @Nullable String environment) {}

  /** The models that it may use, by alias, on which condition, and what that may cost. */
  record Models(
      @JsonProperty(required = true) List<String> allow,
      @Nullable String when,
      @Nullable Budgets budget) {}

  /** The most that its model calls may cost, in a turn and in a UTC day, week or month. */
  record Budgets(
      @JsonProperty("turn_usd") @Nullable JsonNode turnUsd,
      @JsonProperty("daily_usd") @Nullable JsonNode dailyUsd,
      @JsonProperty("weekly_usd") @Nullable JsonNode weeklyUsd,
      @JsonProperty("monthly_usd") @Nullable JsonNode monthlyUsd,
      @Nullable BudgetMode mode) {}

  /** How much of a budget is held for a call that is under way. */
  enum BudgetMode {
    /** The most that it may cost. */
    @JsonProperty("hard")
    HARD,
    /** What such calls cost of late. */
    @JsonProperty("adaptive")
    ADAPTIVE
  }

  /**
   * What it may do to one resource, what of that a person must approve each time and how long that
   * may wait, and what it may not do whatever else allows it.
   *
   * @param when what must be so for any of this to hold
   * @param limits how often it may do it
   * @param shadow whether this decides nothing and is only told of
   */
  record ToolRule(
      @JsonProperty(required = true) String resource,
      @Nullable List<String> actions,
      @Nullable String when,
      @Nullable List<String> approve,
      @JsonProperty("approval_minutes") @Nullable Integer approvalMinutes,
      @Nullable List<String> deny,
      @Nullable Limits limits,
      boolean shadow) {}

  /** The most calls, in any minute and in one turn. */
  record Limits(
      @JsonProperty("per_minute") @Nullable Integer perMinute,
      @JsonProperty("max_calls") @Nullable Integer maxCalls) {}

  /** How tools are shown to it. */
  enum ToolsView {
    /** All in a list. */
    @JsonProperty("list")
    LIST,
    /** By {@code search_tools} and {@code call_tool}. */
    @JsonProperty("search")
    SEARCH
  }

  /**
   * How it lives with untrusted content.
   *
   * @param taintedRead whether it may be given text that servers chose, where a server or a
   *     contract has it so
   * @param clientTools what becomes of what its own tools say, on its way to a model
   * @param newTurns whether a new turn takes over the label of its other turns
   * @param calls which calls of tools it may make
   */
  record Containment(
      @JsonProperty("tainted_read") boolean taintedRead,
      @JsonProperty("client_tools") @Nullable ClientTools clientTools,
      @JsonProperty("new_turns") @Nullable NewTurns newTurns,
      @Nullable Calls calls) {}

  /** What becomes of what an agent's own tools say. */
  enum ClientTools {
    /** It is put into quarantine. */
    @JsonProperty("strict")
    STRICT,
    /** It goes on as it is. */
    @JsonProperty("trusted")
    TRUSTED
  }

  /** Which calls of tools an agent may make. */
  enum Calls {
    /** All that it is granted. */
    @JsonProperty("any")
    ANY,
    /** Of these, each once as a model has proposed it in the same turn. */
    @JsonProperty("proposed")
    PROPOSED
  }

  /** With which label a new turn begins. */
  enum NewTurns {
    /** With that of its principal's other turns of late. */
    @JsonProperty("inherit")
    INHERIT,
    /** With none: what begins new turns keeps nothing that it read in others. */
    @JsonProperty("clean")
    CLEAN
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

  /**
   * What evidence must hold.
   *
   * @param record it holds all of these always
   * @param args what it holds of the arguments of calls
   */
  record Audit(@Nullable List<Recorded> record, @Nullable Arguments args) {}

  /** What evidence holds of arguments, beside their salted digest. */
  enum Arguments {
    /** Nothing. */
    @JsonProperty("hash")
    HASH,
    /** Those that a binding names. */
    @JsonProperty("parameters")
    PARAMETERS,
    /** All, without what is or looks like a secret. */
    @JsonProperty("full")
    FULL
  }

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
