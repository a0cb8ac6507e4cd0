package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.identity.audit.SigningKeys;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.vault.StateSeal;
import dev.sallyport.vault.Vault;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.seal.CredentialResources;
import dev.sallyport.vault.seal.FileKek;
import dev.sallyport.vault.seal.KekException;
import dev.sallyport.vault.seal.SealedSigningKeys;
import dev.sallyport.vault.seal.SealedStates;
import dev.sallyport.vault.seal.SealedVault;
import dev.sallyport.vault.seal.Sealer;
import dev.sallyport.vault.seal.SecretStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * The vault, opened with its key.
 *
 * @param knownSecrets takes out of a tree what was lent lately
 */
record OpenVault(
    Vault vault,
    ResourceModule resources,
    SigningKeys signingKeys,
    SigningKeys tokenKeys,
    StateSeal states,
    UnaryOperator<JsonNode> knownSecrets) {
  static OpenVault open(
      GatewayConfig config,
      Environment environment,
      DataSource dataSource,
      EgressClient egress,
      InstantSource clock)
      throws StartException {
    Migrations.run(dataSource, "vault");
    try {
      var kek = kek(config.vaultKeyFile(), SecretStore.anySealed(dataSource));
      var sealer = new Sealer(kek);
      var secrets = new SecretStore(dataSource, sealer, clock);
      var vault = new SealedVault(secrets, name -> environment.find(name).orElse(""), egress);
      return new OpenVault(
          vault,
          new CredentialResources(secrets, vault),
          SealedSigningKeys.open(SealedSigningKeys.EVIDENCE, dataSource, sealer, clock),
          SealedSigningKeys.open(SealedSigningKeys.TOKENS, dataSource, sealer, clock),
          new SealedStates(sealer),
          tree -> vault.lately().redact(tree));
    } catch (KekException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw new StartException("The vault's tables cannot be read.", e);
    }
  }

  /**
   * The key that seals secrets.
   *
   * @param secretsExist whether anything is sealed already; else it is made if it is not there
   */
  static FileKek kek(Path file, boolean secretsExist) throws StartException {
    try {
      return FileKek.open(file, secretsExist);
    } catch (KekException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }
}
