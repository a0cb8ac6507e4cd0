package dev.sallyport.it.postgres;

import dev.sallyport.vault.seal.SealedVaultTest;
import dev.sallyport.identity.testing.TestingDatabase;

class SealedVaultOnPostgresTest extends SealedVaultTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("vault");
  }
}
