package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Approvals;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Effect;
import dev.sallyport.identity.action.Flow;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Sight;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.registry.McpServer;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.Optional;

/**
 * Takes what callers want down the one way of every action, and puts on record what never gets
 * there. Thread-safe.
 */
final class Attempts {
  private static final byte[] NOTHING = {};

  private final ActionPath path;
  private final int maxArgumentBytes;

  Attempts(ActionPath path, int maxArgumentBytes) {
    this.path = path;
    this.maxArgumentBytes = maxArgumentBytes;
  }

  Approvals approvals() {
    return path.approvals();
  }

  boolean visible(Caller caller, Target target) {
    return path.authority().visible(caller.principal(), target);
  }

  /** Whether anything that a server may have could be visible to a caller. */
  boolean mayKnow(Caller caller, String server) {
    return path.authority().mayKnow(caller.principal(), server);
  }

  /** By what it is decided what is visible to a caller. */
  Sight sight(Caller caller) {
    return path.authority().sight(caller.principal());
  }

  /** How a caller lives with untrusted content. */
  AgentTerms terms(Caller caller) {
    return path.authority().terms(caller.principal());
  }

  /** The rule that grants what a caller wants, whatever its token holds; empty if none does. */
  Optional<Rule> grant(Wanted wanted) {
    return path.authority().grant(action(wanted, NOTHING, List.of()));
  }

  /** Whether a caller is shown how to search for tools. */
  boolean searchesTools(Caller caller) {
    return path.authority().searchesTools(caller.principal());
  }

  /**
   * What a caller wants.
   *
   * @param decided what is decided on, as {@link Action} has its arguments
   * @param content all of it that goes on, for the record's digest
   * @param pin the digest of the approved definition that it is about, if it is about one
   * @param flow looks at what it carries
   */
  record Wanted(
      Caller caller,
      Target target,
      JsonNode decided,
      ObjectNode content,
      Optional<String> pin,
      Flow.Check flow) {
    /** The same, with what looks at what it carries. */
    Wanted with(Flow.Check check) {
      return new Wanted(caller, target, decided, content, pin, check);
    }

    /** Something that carries nothing with a label. */
    Wanted(
        Caller caller, Target target, JsonNode decided, ObjectNode content, Optional<String> pin) {
      this(caller, target, decided, content, pin, Flow.Check.NONE);
    }

    /** Something that is about no definition, and carries nothing with a label. */
    Wanted(Caller caller, Target target, JsonNode decided, ObjectNode content) {
      this(caller, target, decided, content, Optional.empty());
    }
  }

  /** Does something at a server. */
  <T> T perform(Wanted wanted, McpServer server, Effect<T> effect) {
    var payload = payload(wanted);
    List<CredentialUse> uses;
    try {
      uses = server.uses();
    } catch (Refusal refusal) {
      throw refuse(wanted.caller(), wanted.target(), payload, refusal);
    }
    return path.perform(action(wanted, payload, uses), effect);
  }

  /** Goes on with what waited for its client; if nothing is left of it, no approval is used up. */
  ServerAnswer resume(Wanted wanted, McpServer server, Rest rest) {
    var over = rest.over();
    if (over.isPresent()) {
      throw refuse(wanted, over.get());
    }
    return perform(wanted, server, Resumed.of(rest));
  }

  /** Does something that is not at any server. */
  <T> T perform(Wanted wanted, Effect<T> effect) {
    return path.perform(action(wanted, payload(wanted), List.of()), effect);
  }

  /** Refuses what never becomes more. What is decided on is no arguments: they cannot be used. */
  Refusal refuse(Caller caller, Target target, byte[] payload, Refusal refusal) {
    return path.refuse(new Action(caller, target, Json.object(), payload, List.of()), refusal);
  }

  /** Refuses what a caller wants. */
  Refusal refuse(Wanted wanted, Refusal refusal) {
    return path.refuse(
        new Action(wanted.caller(), wanted.target(), wanted.decided(), payload(wanted), List.of()),
        refusal);
  }

  /**
   * Puts on record that what a caller wants is refused.
   *
   * @throws Refusal if it is refused for another reason, or cannot be put on record
   */
  void record(Wanted wanted, RefusalCode code) {
    var refused = refuse(wanted, new Refusal(code));
    if (refused.code() != code) {
      throw refused;
    }
  }

  private static Action action(Wanted wanted, byte[] payload, List<CredentialUse> uses) {
    return new Action(
        wanted.caller(),
        wanted.target(),
        wanted.decided(),
        payload,
        uses,
        wanted.pin(),
        wanted.flow());
  }

  /**
   * The content in bytes.
   *
   * @throws Refusal that is on record, if it cannot be sent on
   */
  private byte[] payload(Wanted wanted) {
    byte[] payload;
    try {
      payload = Json.bytes(wanted.content());
    } catch (IllegalArgumentException _) {
      var refusal = new Refusal(RefusalCode.MALFORMED_REQUEST);
      throw refuse(wanted.caller(), wanted.target(), NOTHING, refusal);
    }
    if (payload.length > maxArgumentBytes) {
      var refusal = new Refusal(RefusalCode.REQUEST_TOO_LARGE);
      throw refuse(wanted.caller(), wanted.target(), payload, refusal);
    }
    return payload;
  }
}
