package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.resource.Applied;
import dev.sallyport.gateway.resource.ChangeRequest;
import dev.sallyport.gateway.resource.ResourceStore;
import dev.sallyport.gateway.resource.Stored;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.key.KeyHolder;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The short forms for providers, deployments and keys: each makes one or two resources, in one
 * change.
 */
final class ShortForms {
  /** What a key that was made without a list of models may use. */
  private static final List<String> ALL_MODELS = List.of("*");

  private final ResourceStore store;
  private final SecureRandom random = new SecureRandom();

  ShortForms(ResourceStore store) {
    this.store = store;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/admin/providers", this::provider),
        new Route("POST", "/admin/deployments", this::deployment),
        new Route("POST", "/admin/keys", this::key));
  }

  private Answer provider(Asked asked) throws InvalidDocumentsException, InvalidResourcesException {
    var form =
        new FormReader(asked.document(), Set.of("name", "protocol", "credential", "baseUrl"));
    var name = form.text("name");
    var protocol = form.text("protocol");
    var credential = form.text("credential");
    var baseUrl = form.optional("baseUrl");
    form.check();
    var resources = new ArrayList<Resource>();
    var named = existing("Credential", credential);
    named.ifPresentOrElse(
        stored -> resources.add(opened(stored.resource(), name)),
        () -> resources.add(credential(name, credential)));
    var spec =
        Json.object()
            .put("protocol", protocol)
            .put("credential", named.isPresent() ? credential : resources.getFirst().name());
    baseUrl.ifPresent(url -> spec.put("baseUrl", url));
    resources.add(resource("Provider", name, spec));
    store.change(asked.caller(), ChangeRequest.put(resources));
    return Answer.json(
        201,
        Json.object()
            .put("name", name)
            .put("protocol", protocol)
            .put("credential", resources.getFirst().name()));
  }

  private Answer deployment(Asked asked)
      throws InvalidDocumentsException, InvalidResourcesException {
    var form =
        new FormReader(asked.document(), Set.of("alias", "provider", "upstreamModel", "name"));
    var alias = form.text("alias");
    var provider = form.text("provider");
    var upstreamModel = form.text("upstreamModel");
    var name = form.optional("name");
    form.check();
    var given = name.orElseGet(() -> nameOf(alias + "-" + provider));
    var spec =
        Json.object()
            .put("alias", alias)
            .put("provider", provider)
            .put("upstreamModel", upstreamModel);
    store.change(asked.caller(), ChangeRequest.put(List.of(resource("Deployment", given, spec))));
    return Answer.json(201, spec.put("name", given));
  }

  private Answer key(Asked asked) throws InvalidDocumentsException, InvalidResourcesException {
    var form =
        new FormReader(asked.document(), Set.of("orgId", "teamId", "expiresAt", "name", "models"));
    var orgId = form.text("orgId");
    var teamId = form.text("teamId");
    var expiresAt = form.text("expiresAt");
    var name = form.optional("name").orElseGet(this::newName);
    var models = form.texts("models").orElse(ALL_MODELS);
    form.check();
    var principal = KeyHolder.ownId(orgId, teamId, name);
    var key =
        resource(
            "VirtualKey",
            name,
            Json.object().put("orgId", orgId).put("teamId", teamId).put("expiresAt", expiresAt));
    var applied = make(asked.caller(), List.of(key, policy(name, principal, models)));
    var body =
        Json.object()
            .put("key", secret(applied, key))
            .put("name", name)
            .put("principal", principal)
            .put("policy", name)
            .put("expiresAt", expiresAt);
    models.forEach(body.putArray("models")::add);
    return Answer.json(201, body);
  }

  /** A key is made once: its secret cannot be shown again, so a second one needs another name. */
  private Applied make(Caller caller, List<Resource> resources) throws InvalidResourcesException {
    for (var resource : resources) {
      if (store.find(resource.key()).isPresent()) {
        throw new Refusal(
            RefusalCode.CONFLICT, "There is a key or a policy of that name. Choose another name.");
      }
    }
    return store.change(
        caller, ChangeRequest.put(resources).expecting(resources.getFirst().key(), 0));
  }

  private static String secret(Applied applied, Resource key) {
    return Optional.ofNullable(applied.shownOnce().get(key.key()))
        .map(shown -> shown.get("key"))
        .orElseThrow(() -> new IllegalStateException("a new key has no secret"));
  }

  private static Resource policy(String name, String principal, List<String> models) {
    var spec = Json.object();
    spec.putObject("identity").put("workload", principal);
    var allow = spec.putObject("models").putArray("allow");
    models.forEach(allow::add);
    return resource("AgentPolicy", name, spec);
  }

  private static Resource credential(String provider, String secret) {
    var spec = Json.object().put("kind", "secret").put("value", secret);
    spec.putArray("providers").add(provider);
    return resource("Credential", provider, spec);
  }

  /** A credential that may also go to this provider. */
  private static Resource opened(Resource credential, String provider) {
    ObjectNode spec = credential.spec().deepCopy();
    var providers = spec.withArray("providers");
    for (var one : providers) {
      if (one.asText().equals(provider)) {
        return credential;
      }
    }
    providers.add(provider);
    return credential.withSpec(spec);
  }

  private Optional<Stored> existing(String kind, String name) {
    return store.list(kind).stream()
        .filter(stored -> stored.resource().name().equals(name))
        .findFirst();
  }

  private static Resource resource(String kind, String name, ObjectNode spec) {
    try {
      return new Resource(Resource.API_VERSION, kind, name, Map.of(), spec);
    } catch (IllegalArgumentException _) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST,
          "A name is 1 to 63 of a-z 0-9 . _ - and begins and ends with a letter or digit.");
    }
  }

  private static String nameOf(String text) {
    var plain = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
    var cut = plain.substring(0, Math.min(63, plain.length()));
    return cut.replaceAll("^[._-]+|[._-]+$", "");
  }

  private String newName() {
    var bytes = new byte[6];
    random.nextBytes(bytes);
    return "key-" + HexFormat.of().formatHex(bytes);
  }
}
