package dev.sallyport.identity.grant;

import dev.sallyport.identity.condition.ConditionCompiler;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The kinds {@code AgentPolicy} and {@code ToolBinding}, and how they come into force. Thread-safe.
 *
 * <p>A document that is put here must fit the tools that are known. What was in force before stays
 * so when tools change: {@link #checkAgain} finds what does not fit any more.
 */
public final class GrantResources implements ResourceModule {
  private static final Logger LOG = System.getLogger(GrantResources.class.getName());

  private final GrantAuthority authority;
  private final ToolSchemas schemas;
  private final ConditionCompiler conditions = new ConditionCompiler();
  private volatile ResourceSet inForce = new ResourceSet(List.of());
  private volatile boolean loaded;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final ReentrantLock checking = new ReentrantLock();

  public GrantResources(GrantAuthority authority, ToolSchemas schemas) {
    this.authority = authority;
    this.schemas = schemas;
  }

  @Override
  public Set<String> kinds() {
    return Set.of(PolicyCompiler.AGENT_POLICY, PolicyCompiler.TOOL_BINDING);
  }

  /**
   * What is loaded first was accepted before: of that, too, only what is wrong in itself is one.
   */
  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var before = inForce;
    var policies =
        new PolicyCompiler(conditions, schemas, one -> loaded && isNew(one, before)).compile(all);
    return () -> activate(all, policies);
  }

  /**
   * The policies as they would be with these resources in force. Nothing is put in force.
   *
   * @throws InvalidResourcesException with every mistake found
   */
  public PolicySet compile(ResourceSet all) throws InvalidResourcesException {
    var before = inForce;
    return new PolicyCompiler(new ConditionCompiler(), schemas, one -> isNew(one, before))
        .compile(all);
  }

  /** The policies in force. */
  public PolicySet policies() {
    return authority.policies();
  }

  private static boolean isNew(Resource resource, ResourceSet before) {
    return before.find(resource.kind(), resource.name()).filter(resource::equals).isEmpty();
  }

  private synchronized void activate(ResourceSet all, PolicySet policies) {
    inForce = all;
    loaded = true;
    authority.use(policies);
    tell(policies);
  }

  /**
   * Looks at what is in force once more, after tools have become known or different. Does nothing
   * if another thread is about to.
   */
  public void checkAgain() {
    if (asked.getAndSet(true)) {
      return;
    }
    checking.lock();
    try {
      asked.set(false);
      check();
    } finally {
      checking.unlock();
    }
  }

  private void check() {
    var now = inForce;
    try {
      var policies = new PolicyCompiler(conditions, schemas, _ -> false).compile(now);
      putAgain(now, policies);
    } catch (InvalidResourcesException e) {
      LOG.log(Level.ERROR, "the policies in force could not be checked again", e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very same set, or something newer is in force
  private synchronized void putAgain(ResourceSet checked, PolicySet policies) {
    boolean same = policies.warnings().equals(authority.policies().warnings());
    if (inForce == checked && !same) {
      authority.use(policies);
      tell(policies);
    }
  }

  private static void tell(PolicySet policies) {
    for (var warning : policies.warnings()) {
      LOG.log(
          Level.WARNING,
          "{0} {1} does not fit the tools that there are: {2}",
          warning.resource(),
          warning.pointer(),
          warning.problem());
    }
  }
}
