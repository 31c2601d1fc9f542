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

  /// Pictures [N, C, H, W] of another size, bilinearly; pixels are squares whose edges meet the edges
  /// of the picture.
  public func resized(toHeight height: Int, width: Int) -> Tensor {
    ATen.upsampleBilinear.tensor(.tensor(self), .integers([height, width]), .truth(false))
  }

  /// Pictures [N, C, H, W] with a margin of zeros around them.
  public func padded(top: Int, bottom: Int, left: Int, right: Int) -> Tensor {
    ATen.constantPad.tensor(.tensor(self), .integers([left, right, top, bottom]), .real(0))
  }
}
