"""Sources -> arrays: where a spec's rows come from, and whether they are what the spec declares.

`data.sources` (what a spec may say) needs no numpy and is all that checking a spec loads; `data.load`, `data.order`
and what they use need numpy. No TensorFlow here.
"""
