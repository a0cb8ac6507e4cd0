package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.contract.ContractDraft;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.registry.DescribedItem;
import dev.sallyport.mcp.registry.ItemKind;
import dev.sallyport.mcp.registry.ItemRecord;
import dev.sallyport.mcp.registry.ItemStatus;
import dev.sallyport.mcp.registry.Review;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.sandbox.quarantine.Quarantine;
import java.util.List;

/** First contracts of the approved tools of a server, for a person to review. */
final class ContractEndpoints {
  private final ToolRegistry registry;
  private final Quarantine quarantine;
  private final ActionPath path;

  ContractEndpoints(ToolRegistry registry, Quarantine quarantine, ActionPath path) {
    this.registry = registry;
    this.quarantine = quarantine;
    this.path = path;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/admin/servers/{server}/contracts/suggested", this::suggested)
            .taking("tool"));
  }

  private Answer suggested(Asked asked) {
    var server = asked.parameter("server");
    var arguments = Json.object();
    asked.queried("tool").ifPresent(tool -> arguments.put("tool", tool));
    var action =
        new Action(
            asked.caller(),
            new Target.Administration("McpServer", server, "read"),
            arguments,
            Json.bytes(arguments),
            List.of());
    return Answer.ok(path.perform(action, _ -> Performed.succeeded(drafts(server, asked))));
  }

  private ObjectNode drafts(String server, Asked asked) {
    if (registry.status(server).isEmpty()) {
      throw new Refusal(RefusalCode.UNKNOWN_SERVER);
    }
    var wanted = asked.queried("tool");
    var drafts =
        registry.reviews(server).stream()
            .map(Review::item)
            .filter(item -> isApprovedTool(item.record()))
            .filter(item -> wanted.isEmpty() || item.record().key().name().equals(wanted.get()))
            .map(this::draft)
            .toList();
    if (drafts.isEmpty() && wanted.isPresent()) {
      throw new Refusal(
          RefusalCode.UNKNOWN_RESOURCE, "The server has no approved tool of that name.");
    }
    var body = Json.object().put("server", server);
    body.putArray("items").addAll(drafts);
    return body;
  }

  /** Nothing is suggested by what no person has approved. */
  private static boolean isApprovedTool(ItemRecord record) {
    return record.key().kind() == ItemKind.TOOL
        && record.present()
        && record.status() == ItemStatus.APPROVED;
  }

  private ObjectNode draft(DescribedItem item) {
    var server = item.record().server();
    var tool = item.record().key().name();
    var shapes = quarantine.shapes().of(server + "/" + tool);
    return Json.object()
        .put("tool", tool)
        .put("yaml", ContractDraft.of(server, tool, ToolEndpoints.definition(item), shapes));
  }
}
