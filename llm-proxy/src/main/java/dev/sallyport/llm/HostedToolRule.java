package dev.sallyport.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.route.Tale;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.HostedTools;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.upstream.Upstreams;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Keeps tools that a provider runs, where no policy for tools sees them, from deployments that are
 * not said to allow them. Where a request is translated such tools are left out, and named.
 */
final class HostedToolRule {
  private HostedToolRule() {}

  /**
   * The deployments that may be asked.
   *
   * @throws Refusal with FORBIDDEN if there are some, and none of them may
   */
  static List<Deployment> allowed(
      Permit permit, ModelRequest request, List<Deployment> deployments, Upstreams upstreams) {
    var tools = in(request);
    if (tools.isEmpty()) {
      return deployments;
    }
    var named = permit.facts().putArray("hosted_tools");
    tools.stream().limit(ModelCall.MOST_NAMED).map(ModelCall::bounded).forEach(named::add);
    var tale = new Tale(permit.facts());
    var allowed =
        deployments.stream()
            .filter(one -> one.hostedTools() || !reach(request, one, upstreams))
            .toList();
    if (allowed.isEmpty() && !deployments.isEmpty()) {
      throw new Refusal(
          RefusalCode.FORBIDDEN,
          "The provider would run tools itself that no policy sees: "
              + String.join(", ", named.valueStream().map(JsonNode::asText).toList())
              + ". Leave them out, or ask for a model that may have them.");
    }
    deployments.stream()
        .filter(one -> !allowed.contains(one))
        .forEach(one -> tale.skipped(one, "hosted_tools"));
    return allowed;
  }

  /** What of it each deployment would be told, and would charge for. */
  static Function<Deployment, HostedUse> use(ModelRequest request, Upstreams upstreams) {
    var use =
        request.own().isPresent()
            ? HostedUse.in(request.form(), request.own().get().tree())
            : HostedUse.in(Form.CHAT, request.chat().tree());
    return one -> reach(request, one, upstreams) ? use : HostedUse.NONE;
  }

  private static Set<String> in(ModelRequest request) {
    return request.own().isPresent()
        ? HostedTools.in(request.form(), request.own().get().tree())
        : HostedTools.in(Form.CHAT, request.chat().tree());
  }

  private static boolean reach(ModelRequest request, Deployment deployment, Upstreams upstreams) {
    return request.own().isEmpty()
        || upstreams.adapter(deployment).passage(request.form(), deployment.site()).isPresent();
  }
}
