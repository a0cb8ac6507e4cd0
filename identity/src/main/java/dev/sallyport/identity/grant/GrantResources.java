package dev.sallyport.identity.grant;

import dev.sallyport.identity.condition.ConditionCompiler;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
  private final AtomicLong toolChanges = new AtomicLong();
  private final Executor later;
  private final Runnable changed;

  /**
   * Grants of which none is in force yet.
   *
   * @param later does what takes long, so that nobody waits for it
   * @param changed is done after {@link #checkAgain} has changed what is decided
   */
  public GrantResources(
      GrantAuthority authority, ToolSchemas schemas, Executor later, Runnable changed) {
    this.authority = authority;
    this.schemas = schemas;
    this.later = later;
    this.changed = changed;
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
    long known = toolChanges.get();
    var policies =
        new PolicyCompiler(conditions, schemas, one -> loaded && isNew(one, before)).compile(all);
    return new Prepared() {
      @Override
      public void activate() {
        GrantResources.this.activate(all, policies);
        if (toolChanges.get() != known) {
          lookLater(); // nobody else has looked at this by the tools of now
        }
      }

      @Override
      public List<Mistake> doubts() {
        return policies.doubts();
      }
    };
  }

  /**
   * The policies as they would be with these resources in force. Nothing is put in force.
   *
   * @throws InvalidResourcesException with every mistake found
   */
  public PolicySet compile(ResourceSet all) throws InvalidResourcesException {
    var before = inForce;
    return new PolicyCompiler(conditions.copy(), schemas, one -> isNew(one, before)).compile(all);
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
    put(policies);
  }

  /**
   * Has what is in force looked at once more, after tools have become known or different. Does
   * nothing more if that is about to be done.
   */
  public void checkAgain() {
    toolChanges.incrementAndGet();
    lookLater();
  }

  private void lookLater() {
    if (!asked.getAndSet(true)) {
      later.execute(this::look);
    }
  }

  private void look() {
    boolean different;
    checking.lock();
    try {
      asked.set(false);
      different = check();
    } finally {
      checking.unlock();
    }
    if (different) {
      changed.run();
    }
  }

  /** Whether anything is decided otherwise since. */
  private boolean check() {
    var now = inForce;
    try {
      return putAgain(now, new PolicyCompiler(conditions, schemas, _ -> false).compile(now));
    } catch (InvalidResourcesException e) {
      LOG.log(Level.ERROR, "the policies in force could not be checked again", e);
      return false;
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very same set, or something newer is in force
  private synchronized boolean putAgain(ResourceSet checked, PolicySet policies) {
    if (inForce != checked || policies.warnings().equals(authority.policies().warnings())) {
      return false;
    }
    put(policies);
    return true;
  }

  /** Puts policies in force, and tells once of each warning. */
  private void put(PolicySet policies) {
    var told = Set.copyOf(authority.policies().warnings());
    authority.use(policies);
    for (var warning : policies.warnings()) {
      if (!told.contains(warning)) {
        LOG.log(
            Level.WARNING,
            "{0} {1} is in force and would not be taken anew: {2}",
            warning.resource(),
            warning.pointer(),
            warning.problem());
      }
    }
  }
}
