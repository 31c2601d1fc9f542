extension Finding {
  /// The model's file was exported in training mode, and was evaluated as it predicts.
  public static let exportedInTrainingMode = Finding(
    .exportedInTrainingMode, .note,
    observation: "the model was exported in training mode: its batch norms or its dropout would "
      + "depend on the other pictures of a batch or on chance, so they were switched to evaluation",
    advice: "call model.eval() before torch.export.export, and make sure that what is deployed is "
      + "what was evaluated")
}
