"""Line-rendered widgets of the review client."""
