// Draws the reference of the API from its own description.
"use strict";
SwaggerUIBundle({
  url: document.getElementById("reference").dataset.schema,
  dom_id: "#reference",
  validatorUrl: null,
  deepLinking: true,
  supportedSubmitMethods: ["get"],
});
