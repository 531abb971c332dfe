// A button beside every address that copies it. Without script, or without leave to copy, the
// address can still be marked by hand.
for (const address of navigator.clipboard ? document.querySelectorAll("code.address") : []) {
  const button = make("button", { type: "button", ariaLabel: `Copy ${address.textContent}` }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied";
      getSelection().selectAllChildren(address);
    }
  });
  address.after(" ", button);
}
