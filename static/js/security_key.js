/* Security keys and passkeys: the browser asks for one, the form carries its answer. */

const options = document.getElementById("security-key-options");

/** What the key says; `create` registers it, `get` proves that it is there. */
async function ask(kind) {
  const given = JSON.parse(options.textContent);
  if (kind === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      given.creation_options.publicKey,
    );
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    given.request_options.publicKey,
  );
  return navigator.credentials.get({ publicKey });
}

function isSupported() {
  return Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);
}

async function use(event) {
  event.preventDefault();
  const form = event.target;
  const refused = form.querySelector("[data-key-refused]");
  refused.hidden = true;
  if (!isSupported()) {
    form.querySelector("[data-key-unsupported]").hidden = false;
    return;
  }
  try {
    const credential = await ask(form.dataset.securityKey);
    form.elements.credential.value = JSON.stringify(credential);
  } catch {
    // The person cancelled, or the key is not one of theirs.
    refused.hidden = false;
    return;
  }
  form.submit();
}

for (const form of document.querySelectorAll("[data-security-key]")) {
  form.addEventListener("submit", use);
}
