package dev.sallyport.mcp.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tool contract as it is written. What a field may hold is checked by {@link ContractReader}. */
record ContractSpec(
    @JsonProperty(required = true) String tool,
    @Nullable String mode,
    @Nullable Map<String, Field> results,
    @Nullable String authority,
    @JsonProperty("authority_when") @Nullable List<When> authorityWhen,
    @Nullable List<String> readers,
    @JsonProperty("readers_when") @Nullable List<ReadersWhen> readersWhen,
    @Nullable Budget budget,
    @Nullable Map<String, Argument> args,
    @JsonProperty("audience_from") @Nullable List<String> audienceFrom,
    @Nullable Effects effects,
    @JsonProperty("max_influence_bits") @Nullable Integer maxInfluenceBits) {

  /** What lies at one path of a result. */
  record Field(
      @JsonProperty(required = true) String kind,
      @Nullable List<String> values,
      @Nullable BigDecimal min,
      @Nullable BigDecimal max,
      @Nullable Integer scale,
      @Nullable List<String> window,
      @Nullable String resolution,
      @JsonProperty("max_items") @Nullable Integer maxItems,
      @JsonProperty("literal_if") @Nullable String literalIf,
      @Nullable String authority,
      @Nullable List<String> readers) {}

  /** Which items of a result have another authority. */
  record When(
      @JsonProperty(required = true) String each,
      @JsonProperty(required = true) Map<String, Condition> where,
      @JsonProperty(required = true) String set) {}

  /** Which items of a result others may see; {@code set} or {@code from} says who. */
  record ReadersWhen(
      @JsonProperty(required = true) String each,
      @Nullable Map<String, Condition> where,
      @Nullable List<String> set,
      @Nullable String from) {}

  /** What a member of an item must be; one of the fields. */
  record Condition(
      @Nullable JsonNode equals,
      @JsonProperty("one_of") @Nullable List<JsonNode> oneOf,
      @JsonProperty("starts_with") @Nullable String startsWith,
      @JsonProperty("ends_with") @Nullable String endsWith,
      @JsonProperty("domain_in") @Nullable List<String> domainIn) {}

  /** How much a result, and the answers about it, may tell. */
  record Budget(
      @JsonProperty("result_bits") @Nullable Integer resultBits,
      @JsonProperty("ask_bits") @Nullable Integer askBits,
      @JsonProperty("max_items") @Nullable Integer maxItems) {}

  /** What one argument must be; {@code authority} is one, or a list. */
  record Argument(
      @Nullable JsonNode authority,
      @Nullable String readers,
      @JsonProperty("else") @Nullable String otherwise) {}

  /** What a call does beside its answer, and what must have been done before in the turn. */
  record Effects(
      @Nullable List<String> emits,
      @Nullable List<String> requires,
      @Nullable List<String> forbids,
      @Nullable List<String> once) {}
}
