package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.resource.Applied;
import dev.sallyport.gateway.resource.ChangeRequest;
import dev.sallyport.gateway.resource.ResourceDocuments;
import dev.sallyport.gateway.resource.ResourceStore;
import dev.sallyport.gateway.resource.Stored;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import java.util.List;
import java.util.regex.Pattern;

/** Resources: read, put, deleted, and applied many at a time. */
final class ResourceEndpoints {
  private static final Pattern VERSION = Pattern.compile("\"?([0-9]{1,18})\"?");

  private final ResourceStore store;

  ResourceEndpoints(ResourceStore store) {
    this.store = store;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/admin/resources", this::all),
        new Route("POST", "/admin/apply", this::apply).taking(Query.DRY_RUN),
        new Route("GET", "/admin/{kind}", this::list),
        new Route("GET", "/admin/{kind}/{name}", this::get),
        new Route("PUT", "/admin/{kind}/{name}", this::put).taking(Query.DRY_RUN),
        new Route("DELETE", "/admin/{kind}/{name}", this::delete).taking(Query.DRY_RUN));
  }

  private Answer all(Asked asked) {
    var items = Json.array();
    store.kinds().all().stream()
        .sorted()
        .flatMap(kind -> store.list(kind).stream())
        .forEach(stored -> items.add(document(stored)));
    return Answer.ok(Json.object().set("items", items));
  }

  private Answer list(Asked asked) {
    var items = Json.array();
    store.list(kind(asked)).forEach(stored -> items.add(document(stored)));
    return Answer.ok(Json.object().set("items", items));
  }

  private Answer get(Asked asked) {
    var stored =
        store.find(key(asked)).orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_RESOURCE));
    return Answer.ok(document(stored)).with("ETag", etag(stored.version()));
  }

  private Answer put(Asked asked) throws InvalidDocumentsException, InvalidResourcesException {
    var key = key(asked);
    var resource = ResourceDocuments.read(asked.document(), key);
    var applied = change(asked, key, ChangeRequest.put(List.of(resource)));
    return Answer.ok(rendered(applied)).with("ETag", etag(applied.changes().getFirst().version()));
  }

  private Answer delete(Asked asked) throws InvalidResourcesException {
    var key = key(asked);
    return Answer.ok(rendered(change(asked, key, ChangeRequest.delete(key))));
  }

  private Answer apply(Asked asked) throws InvalidDocumentsException, InvalidResourcesException {
    var resources = ResourceDocuments.read(asked.documents());
    if (resources.isEmpty()) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST, "The body holds no document.");
    }
    var request = ChangeRequest.put(resources);
    var made = asked.dryRun() ? request.asDryRun() : request;
    return Answer.ok(rendered(store.change(asked.caller(), made)));
  }

  private Applied change(Asked asked, Resource.Key key, ChangeRequest request)
      throws InvalidResourcesException {
    var made = asked.dryRun() ? request.asDryRun() : request;
    if (asked.ifMatch().isPresent()) {
      made = made.expecting(key, version(asked.ifMatch().get()));
    }
    return store.change(asked.caller(), made);
  }

  private static long version(String ifMatch) {
    var matcher = VERSION.matcher(ifMatch);
    if (!matcher.matches()) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST, "If-Match must be a version, as ETag gave it.");
    }
    return Long.parseLong(matcher.group(1));
  }

  private Resource.Key key(Asked asked) {
    return new Resource.Key(kind(asked), asked.parameter("name"));
  }

  private String kind(Asked asked) {
    var written = asked.parameter("kind");
    return store
        .kinds()
        .find(written)
        .orElseThrow(() ->
            new Refusal(
                RefusalCode.UNKNOWN_PATH,
                "There is no such kind. The kinds are "
                    + String.join(", ", store.kinds().all().stream().sorted().toList())
                    + "."));
  }

  private static String etag(long version) {
    return "\"" + version + "\"";
  }

  private ObjectNode document(Stored stored) {
    var document = ResourceDocuments.write(stored.resource());
    var status =
        document
            .putObject("status")
            .put("version", stored.version())
            .put("changedAt", stored.changedAt().toString())
            .put("changedBy", stored.changedBy());
    for (var doubt : store.doubts(stored.resource().key())) {
      status
          .withArray("warnings")
          .addObject()
          .put("pointer", doubt.pointer())
          .put("detail", doubt.problem());
    }
    return document;
  }

  static ObjectNode rendered(Applied applied) {
    var body = Json.object().put("revision", applied.revision());
    var changes = body.putArray("changes");
    for (var change : applied.changes()) {
      var one =
          changes
              .addObject()
              .put("kind", change.resource().kind())
              .put("name", change.resource().name())
              .put("effect", change.effect().label())
              .put("version", change.version());
      var diff = one.putArray("diff");
      change.diff().forEach(diff::add);
    }
    var warnings = body.putArray("warnings");
    for (var doubt : applied.doubts()) {
      warnings.add(Problems.located(doubt));
    }
    var shown = body.putObject("shownOnce");
    applied
        .shownOnce()
        .forEach((key, values) -> {
          var one = shown.putObject(key.toString());
          values.forEach(one::put);
        });
    return body;
  }
}
