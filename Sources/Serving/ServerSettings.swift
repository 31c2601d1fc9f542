/// What a ``PredictionServer`` shows and how much it takes on.
public struct ServerSettings: Hashable, Sendable {
  /// The model's name in paths.
  public var modelName: String
  /// The address to listen at; only this machine by default.
  public var host = "127.0.0.1"
  /// The port; 0 lets the system choose a free one.
  public var port = 8000
  /// Shows the class alone: no scores and no probabilities.
  public var isLabelsOnly = false
  /// Rounds probabilities to so many decimals and shows no logits; nothing shows all there is.
  public var decimals: Int?
  /// The most pictures of one request, and of one pass through the model.
  public var maximumBatch = 64
  /// How long the first of several requests waits for others to join its pass.
  public var batchWindow = Duration.milliseconds(2)
  /// The largest body in bytes.
  public var maximumBody = 16 << 20
  /// The most pixels that the picture files of one request may have together.
  public var maximumPixels = 32_000_000
  /// How many predictions a second each client address may ask for, one a picture; nothing for any number.
  public var predictionsPerSecond: Double?
  /// The most inference requests under way at once.
  public var maximumInFlight = 32
  /// The most open connections; others wait to be accepted.
  public var maximumConnections = 256
  /// How long a client may take to send a request, and how long a connection may lie idle.
  public var timeout = Duration.seconds(30)

  /// The usual settings for a model of a name.
  public init(modelName: String) { self.modelName = modelName }
}
