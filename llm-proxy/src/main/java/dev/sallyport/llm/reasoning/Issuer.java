package dev.sallyport.llm.reasoning;

import java.util.Optional;

/**
 * Who gave reasoning that only its giver can read or check.
 *
 * @param deployment the name of the deployment
 * @param credential the name of the credential, whichever value it had; empty if there was none
 */
public record Issuer(String deployment, Optional<String> credential) {}
