package dev.sallyport.llm.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.Failure;
import java.util.List;

/**
 * Tells in evidence who was asked, who was not, and why: in order, and never too long to be
 * written. For one thread.
 */
public final class Tale {
  /** So that what is written down of a call is never too long to be written. */
  private static final int MOST = 16;

  private final ObjectNode facts;

  /** A tale in the facts of a call. */
  public Tale(ObjectNode facts) {
    this.facts = facts;
  }

  /**
   * Says that the first that is asked was chosen by weight.
   *
   * @param by what all requests have in common that are asked of the same
   */
  public void chosenByWeight(String by) {
    facts.put("weighed_by", by);
  }

  /** Says that a deployment was not asked. */
  public void skipped(Deployment deployment, String why) {
    step(deployment.name(), why);
  }

  /** Says that a candidate was not asked. */
  public void skipped(Candidate candidate, String why) {
    step(named(candidate), why);
  }

  /** Says what put the deployments in another order than the usual one, what weighs most first. */
  void ordered(List<String> by) {
    var named = facts.putArray("route_by");
    by.forEach(named::add);
  }

  /** Says that a candidate gave no answer. */
  public void failed(Candidate candidate, Failure failure) {
    list("failed").add(candidate.deployment().name() + ":" + failure.kind().label());
    step(named(candidate), "failed_" + failure.kind().label());
  }

  /** Says that a candidate answered, or has begun to. */
  public void answered(Candidate candidate) {
    step(named(candidate), "answered");
  }

  private void step(String who, String what) {
    var route = list("route");
    if (route.size() < MOST) {
      route.add(who + ":" + what);
    } else {
      facts.put("route_more", facts.path("route_more").asInt() + 1);
    }
  }

  private ArrayNode list(String name) {
    return facts.get(name) instanceof ArrayNode begun ? begun : facts.putArray(name);
  }

  private static String named(Candidate candidate) {
    boolean many = candidate.deployment().provider().credentials().size() > 1;
    return candidate.deployment().name()
        + candidate.use().filter(_ -> many).map(use -> "@" + use.credential()).orElse("");
  }
}
