/// Pictures moved, turned and scaled.
extension Tensor {
  /// For each pixel of a picture the place that an affine map sends it to.
  ///
  /// Places are pairs of column and row, each from −1 at one edge to 1 at the other.
  ///
  /// - Parameters:
  ///   - maps: [N, 2, 3], from a pixel's place to another place.
  ///   - height: rows of the picture.
  ///   - width: columns of the picture.
  /// - Returns: [N, H, W, 2].
  public static func affineGrid(_ maps: Tensor, height: Int, width: Int) -> Tensor {
    ATen.affineGrid.tensor(
      .tensor(maps), .integers([maps.count, 1, height, width]), .truth(false))
  }

  /// Pictures read at places between their pixels, bilinearly; beyond the edge the edge goes on.
  ///
  /// - Parameter places: [N, H, W, 2], as ``affineGrid(_:height:width:)`` gives them.
  /// - Returns: [N, C, H, W].
  public func sampled(at places: Tensor) -> Tensor {
    ATen.gridSample.tensor(
      .tensor(self), .tensor(places), .integer(0), .integer(1), .truth(false))
  }
}
