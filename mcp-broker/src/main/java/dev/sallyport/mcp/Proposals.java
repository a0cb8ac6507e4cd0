package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The calls of tools that models have proposed, each good for one execution: by the same principal
 * in the same turn, of the same definition, with the same arguments, under the same policy, within
 * its time. Kept in memory; the oldest go where there would be too many. Thread-safe.
 */
final class Proposals {
  /** How long a proposal may be executed. */
  static final Duration LIFETIME = Duration.ofMinutes(15);

  /** The most tools in turns of which proposals are kept. */
  static final int MOST_TOOLS = 20_000;

  /** The most proposals of one tool in one turn. */
  static final int MOST_CALLS = 64;

  private final InstantSource clock;

  /** By the digest of their arguments; the oldest first, both times. Guarded by itself. */
  private final Map<Key, Map<String, Proposal>> known = new LinkedHashMap<>();

  Proposals(InstantSource clock) {
    this.clock = clock;
  }

  /** How it stands with a call. */
  enum Standing {
    /** It was proposed, and was not executed as often. */
    PROPOSED("proposed"),
    /** No model has proposed any call of this tool in this turn. */
    UNKNOWN("not_proposed"),
    /** A model has proposed other calls of this tool. */
    CHANGED("proposed_otherwise"),
    /** It was proposed too long ago. */
    EXPIRED("proposal_expired"),
    /** It was executed as often as it was proposed. */
    USED("proposal_used"),
    /** It was proposed under another policy. */
    OUTDATED("proposal_outdated");

    private final String code;

    Standing(String code) {
      this.code = code;
    }

    /** A stable name for evidence. */
    String code() {
      return code;
    }
  }

  /** Whose call of which tool. */
  private record Key(Owner owner, TurnId turn, String server, String tool, String pin) {
    static Key of(Caller caller, RegisteredTool tool) {
      return new Key(
          caller.principal().owner(),
          caller.turn().id(),
          tool.server().name(),
          tool.name(),
          tool.pin());
    }
  }

  /**
   * One proposed call.
   *
   * @param policyVersion of the policy that granted it then
   * @param left how often it may be executed still
   */
  private record Proposal(String policyVersion, Instant until, int left) {}

  /**
   * Remembers that a model has proposed a call.
   *
   * @param grant the rule by which it is granted now
   */
  void add(Caller caller, RegisteredTool tool, ObjectNode arguments, Rule grant) {
    var digest = digest(arguments);
    var now = clock.instant();
    synchronized (known) {
      var calls = known.computeIfAbsent(Key.of(caller, tool), _ -> new LinkedHashMap<>());
      var before = calls.remove(digest);
      int left = before == null || !now.isBefore(before.until()) ? 0 : before.left();
      calls.put(digest, new Proposal(grant.version(), now.plus(LIFETIME), left + 1));
      trim(calls, MOST_CALLS);
      trim(known, MOST_TOOLS);
    }
  }

  /** How it stands with a call that a rule grants. */
  Standing standing(Caller caller, RegisteredTool tool, ObjectNode arguments, Rule grant) {
    synchronized (known) {
      var calls = known.get(Key.of(caller, tool));
      return calls == null ? Standing.UNKNOWN : standing(calls, digest(arguments), grant);
    }
  }

  /** Uses up one proposal of a call whose standing was good; whether there was one left. */
  boolean use(Caller caller, RegisteredTool tool, ObjectNode arguments) {
    synchronized (known) {
      var calls = known.getOrDefault(Key.of(caller, tool), Map.of());
      var digest = digest(arguments);
      var one = calls.get(digest);
      if (one == null || one.left() == 0) {
        return false;
      }
      calls.put(digest, new Proposal(one.policyVersion(), one.until(), one.left() - 1));
      return true;
    }
  }

  private Standing standing(Map<String, Proposal> calls, String digest, Rule grant) {
    var proposal = calls.get(digest);
    if (proposal == null) {
      return Standing.CHANGED;
    }
    if (proposal.left() == 0) {
      return Standing.USED;
    }
    if (!clock.instant().isBefore(proposal.until())) {
      return Standing.EXPIRED;
    }
    return proposal.policyVersion().equals(grant.version()) ? Standing.PROPOSED : Standing.OUTDATED;
  }

  private static void trim(Map<?, ?> entries, int most) {
    var oldest = entries.entrySet().iterator();
    while (entries.size() > most) {
      oldest.next();
      oldest.remove();
    }
  }

  private static String digest(ObjectNode arguments) {
    return Sha256.hex(Json.canonical(arguments));
  }
}
