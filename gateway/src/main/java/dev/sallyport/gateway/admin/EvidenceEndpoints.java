package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.audit.EvidenceReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/** The evidence: of one call, of one turn, or the last of it. */
final class EvidenceEndpoints {
  private static final Logger LOG = System.getLogger(EvidenceEndpoints.class.getName());
  private static final int MOST = 10_000;
  private static final int USUAL = 100;

  private final EvidenceReader evidence;
  private final String key;

  /**
   * The endpoints.
   *
   * @param key the public key of the vault that signs the evidence, as it is written
   */
  EvidenceEndpoints(EvidenceReader evidence, String key) {
    this.evidence = evidence;
    this.key = key;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/admin/evidence", this::read).taking("last", "turn", "call"),
        new Route("GET", "/admin/evidence/key", _ -> Answer.ok(Json.object().put("key", key))));
  }

  private Answer read(Asked asked) {
    try {
      var body = Json.object();
      body.putArray("items").addAll(found(asked));
      return Answer.ok(body);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the evidence cannot be read", e);
      throw new Refusal(RefusalCode.UNAVAILABLE, "The evidence cannot be read now.");
    }
  }

  private List<JsonNode> found(Asked asked) throws IOException {
    var call = asked.queried("call");
    if (call.isPresent()) {
      return evidence.call(call.get());
    }
    var turn = asked.queried("turn");
    if (turn.isPresent()) {
      return evidence.turn(turn.get());
    }
    return evidence.last(asked.queried("last").map(EvidenceEndpoints::count).orElse(USUAL));
  }

  private static int count(String text) {
    if (text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= MOST) {
      return Integer.parseInt(text);
    }
    throw new Refusal(RefusalCode.MALFORMED_REQUEST, "last is a number from 1 to " + MOST + ".");
  }
}
