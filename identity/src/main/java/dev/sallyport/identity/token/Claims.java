package dev.sallyport.identity.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a token claims. Source of the names and rules: RFC 7519, section 4.1. */
public final class Claims {
  /** How far the clocks of those who mint may be off from ours. */
  public static final Duration SKEW = Duration.ofSeconds(30);

  private static final double LAST_SECOND = 253_402_300_799d; // the year 9999

  private final ObjectNode json;

  Claims(ObjectNode json) {
    this.json = json;
  }

  /** Whether there is a claim of this name, whatever its value. */
  public boolean has(String name) {
    return json.has(name);
  }

  /** A claim, if it is there and is a text. */
  public Optional<String> text(String name) {
    var value = json.get(name);
    return value != null && value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  /**
   * The audiences, at least one.
   *
   * @throws TokenFault unless they are a text or a list of texts
   */
  public List<String> audiences() {
    var value = json.get("aud");
    if (value == null) {
      throw new TokenFault("no_audience");
    }
    var audiences = new ArrayList<String>();
    for (JsonNode each : value.isArray() ? value : List.of(value)) {
      if (!each.isTextual()) {
        throw new TokenFault("bad_audience");
      }
      audiences.add(each.textValue());
    }
    if (audiences.isEmpty()) {
      throw new TokenFault("no_audience");
    }
    return audiences;
  }

  /**
   * The end of the token, once its times are known to hold.
   *
   * @param now the present
   * @param maxLifetime how far away the end may be at most
   * @throws TokenFault if it has no end, it is over, it has not begun, or it lasts too long
   */
  public Instant checkTimes(Instant now, Duration maxLifetime) {
    var end = time("exp").orElseThrow(() -> new TokenFault("no_expiry"));
    if (!now.isBefore(end.plus(SKEW))) {
      throw new TokenFault("expired");
    }
    if (end.isAfter(now.plus(maxLifetime).plus(SKEW))) {
      throw new TokenFault("lifetime_too_long");
    }
    for (var name : List.of("nbf", "iat")) {
      var begin = time(name);
      if (begin.isPresent() && begin.get().isAfter(now.plus(SKEW))) {
        throw new TokenFault("not_yet_valid");
      }
    }
    return end;
  }

  private Optional<Instant> time(String name) {
    var value = json.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isNumber()) {
      throw new TokenFault("bad_time");
    }
    var seconds = value.doubleValue();
    if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
      throw new TokenFault("bad_time");
    }
    return Optional.of(Instant.ofEpochMilli((long) (seconds * 1_000)));
  }
}
