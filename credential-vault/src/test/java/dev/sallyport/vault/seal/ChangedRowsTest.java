package dev.sallyport.vault.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.Refusals;
import java.security.KeyPairGenerator;
import java.sql.SQLException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CV-11: somebody writes to the database, and does not have the key file. */
class ChangedRowsTest extends OpenVault {
  /** The name of a credential and of a signing key. */
  private static final String NAME = SealedSigningKeys.EVIDENCE;

  private static final String OTHER = SealedSigningKeys.TOKENS;

  /** Each puts the sealed text of another row into that of the value in force. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select ciphertext from vault_secret where credential = 'evidence-1' and version = 1",
        "select ciphertext from vault_secret where credential = 'tokens-1' and version = 2",
        "select ciphertext from vault_signing_key where key_id = 'evidence-1'",
        "select public_key from vault_signing_key where key_id = 'evidence-1'",
        "select '' from vault_signing_key where key_id = 'evidence-1'"
      })
  void lendsNoValueOfAnotherVersionNameOrKind(String another) throws Exception {
    fill();
    var use = vault.plan(NAME, CRM);

    assertThat(
            changed(
                "update vault_secret set ciphertext = (%s)".formatted(another)
                    + " where credential = 'evidence-1' and version = 2"))
        .isEqualTo(1);

    assertThatThrownBy(() -> lentHeader(use))
        .satisfies(Refusals.hasCode(RefusalCode.CREDENTIAL_UNAVAILABLE));
  }

  /** What the rest is held against: the same rows lend their value while they are untouched. */
  @Test
  void lendsTheNewestValueOfUntouchedRows() throws Exception {
    fill();

    assertThat(lentHeader(vault.plan(NAME, CRM))).isEqualTo("Bearer newer-" + CANARY);
    assertThat(signingKey().sign(new byte[1])).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select ciphertext from vault_signing_key where key_id = 'tokens-1'",
        "select ciphertext from vault_secret where credential = 'evidence-1' and version = 1",
        "select '' from vault_signing_key where key_id = 'tokens-1'"
      })
  void signsWithNoKeyOfAnotherNameOrKind(String another) throws Exception {
    fill();

    assertThat(
            changed(
                "update vault_signing_key set ciphertext = (%s) where key_id = 'evidence-1'"
                    .formatted(another)))
        .isEqualTo(1);

    assertThatThrownBy(this::signingKey)
        .isInstanceOf(KekException.class)
        .hasMessageContaining("another key file");
  }

  /** Whatever that key signed would be taken for the gateway's own. */
  @Test
  void takesNoPublicKeyForItsOwnThatWasPutBesideThePrivateOne() throws Exception {
    fill();
    var forger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
    refusesPublicHalf(Base64.getEncoder().encodeToString(forger.getEncoded()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "no key"})
  void takesNothingForAPublicKeyThatIsNone(String text) throws Exception {
    fill();
    refusesPublicHalf(text);
  }

  @Test
  void takesNoPublicKeyOfAnotherName() throws Exception {
    fill();
    var other = SealedSigningKeys.open(OTHER, dataSource, new Sealer(kek(true)), clock).publicKey();
    refusesPublicHalf(Base64.getEncoder().encodeToString(other.getEncoded()));
  }

  private void refusesPublicHalf(String text) throws SQLException {
    assertThat(
            changed(
                "update vault_signing_key set public_key = '%s' where key_id = 'evidence-1'"
                    .formatted(text)))
        .isEqualTo(1);

    assertThatThrownBy(this::signingKey)
        .isInstanceOf(KekException.class)
        .hasMessageContaining("the public half of the signing key evidence-1")
        .hasMessageContaining("backup");
  }

  /** Two versions each of two credentials, and the signing keys of the same names. */
  private void fill() throws Exception {
    for (var name : new String[] {OTHER, NAME}) {
      for (var value : new String[] {"older-" + CANARY, "newer-" + CANARY}) {
        inForce(name, "{'kind':'secret','value':'%s','servers':['crm']}".formatted(value));
      }
      SealedSigningKeys.open(name, dataSource, new Sealer(kek(true)), clock);
    }
  }

  private SealedSigningKeys signingKey() throws Exception {
    return SealedSigningKeys.open(NAME, dataSource, new Sealer(kek(true)), clock);
  }

  private int changed(String statement) throws SQLException {
    try (var connection = dataSource.getConnection();
        var change = connection.createStatement()) {
      return change.executeUpdate(statement);
    }
  }
}
