package dev.sallyport.gateway.server;

import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.metrics.CountedEvidence;
import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.audit.EvidenceLedger;
import dev.sallyport.identity.audit.LedgerConfig;
import dev.sallyport.identity.grant.GrantAuthority;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import dev.sallyport.mcp.Containment;
import dev.sallyport.mcp.approval.HeldCallLimits;
import dev.sallyport.mcp.approval.HeldCalls;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;

/** What every part stands on: the database, the vault, the evidence, the one way of actions. */
record Foundation(
    DataDirectory directory,
    Database database,
    EgressClient egress,
    OpenVault vault,
    Metrics metrics,
    CountedEvidence evidence,
    GrantAuthority authority,
    HeldCalls heldCalls,
    ActionPath path,
    Quarantine quarantine,
    InMemoryTurns turns,
    Standing standing,
    RefusedAuthentications refusedAuthentications,
    RefusedRequests refusedRequests) {

  static Foundation lay(
      GatewayConfig config, Environment environment, InstantSource clock, Closers closers)
      throws StartException {
    var directory = closers.opened("the data directory", DataDirectory.take(config.data()));
    var database = closers.opened("the store", Database.open(config.store()));
    StoreCheck.refuseForeign(database.dataSource());
    Migrations.run(database.dataSource(), "gateway");
    Migrations.run(database.dataSource(), "identity");
    var egress = closers.opened("the way out", new PooledEgressClient(EgressConfig.defaults()));
    var vault = OpenVault.open(config, environment, database.dataSource(), egress, clock);
    var metrics = new Metrics();
    var ledger = closers.opened("the evidence", openLedger(config, vault, clock));
    var evidence = new CountedEvidence(ledger);
    metrics.counter(
        "sallyport_evidence_records_total",
        "Records of evidence that were made durable since the start.",
        evidence::records);
    var refusedRequests = new RefusedRequests(evidence, metrics);
    closers.opened("the counts of refused requests", refusedRequests::flush);
    var refusedAuthentications = new RefusedAuthentications(evidence, clock);
    closers.opened("the counts of refused authentications", refusedAuthentications::close);
    var quarantine = new Quarantine(QuarantineLimits.defaults(), new SecureRandom(), clock);
    var authority =
        new GrantAuthority(
            config.questions().model(),
            config.approvers(),
            new Containment(quarantine)::label,
            clock);
    var heldCalls = heldCalls(config, vault, database, evidence, clock);
    var turns =
        new InMemoryTurns(
            clock,
            TurnLimits.DEFAULT,
            turn -> {
              quarantine.forget(turn.id().value());
              authority.ended(turn);
            });
    return new Foundation(
        directory,
        database,
        egress,
        vault,
        metrics,
        evidence,
        authority,
        heldCalls,
        new ActionPath(authority, evidence, heldCalls, clock, metrics),
        quarantine,
        turns,
        closers.opened("the look at who is let in", new Standing(clock)),
        refusedAuthentications,
        refusedRequests);
  }

  private static HeldCalls heldCalls(
      GatewayConfig config,
      OpenVault vault,
      Database database,
      CountedEvidence evidence,
      InstantSource clock) {
    return new HeldCalls(
        database.dataSource(),
        vault.states(),
        evidence,
        HeldCallLimits.DEFAULT,
        config.approvers(),
        clock);
  }

  /** The public key that shows who signed the evidence, as it is written. */
  String evidenceKey(GatewayConfig config) {
    return LedgerConfig.in(DataDirectory.evidence(config.data()))
        .written(vault.signingKeys().publicKey());
  }

  private static EvidenceLedger openLedger(
      GatewayConfig config, OpenVault vault, InstantSource clock) throws StartException {
    var directory = DataDirectory.evidence(config.data());
    try {
      return EvidenceLedger.redacting(
          LedgerConfig.in(directory), vault.signingKeys(), clock, vault.knownSecrets());
    } catch (IOException e) {
      throw new StartException("The evidence cannot be opened: " + e.getMessage(), e);
    }
  }
}
