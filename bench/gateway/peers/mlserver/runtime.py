"""A runtime of MLServer that runs the ONNX model: one tensor a column in, one out."""

import json

import numpy
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.types import InferenceRequest, InferenceResponse


class OnnxRuntime(MLModel):
    async def load(self) -> bool:
        parameters = self.settings.parameters.extra
        with open(parameters["signature"], encoding="utf-8") as file:
            inputs = json.load(file)["inputs"]
        self._numeric = [i["name"] for i in inputs if i["tensor"] == "numeric"]
        self._categorical = [i["name"] for i in inputs if i["tensor"] == "categorical"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            parameters["model"], options, providers=["CPUExecutionProvider"]
        )
        self._output = self._session.get_outputs()[0].name
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        given = {tensor.name: tensor for tensor in payload.inputs}
        feeds = {}
        if self._numeric:
            numbers = [
                NumpyCodec.decode_input(given[name]).reshape(-1)
                for name in self._numeric
            ]
            feeds["numeric"] = numpy.stack(numbers, axis=1).astype(numpy.float32)
        if self._categorical:
            texts = [
                StringCodec.decode_input(given[name]) for name in self._categorical
            ]
            feeds["categorical"] = numpy.array(texts, dtype=object).T
        answers = self._session.run([self._output], feeds)[0]
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            outputs=[NumpyCodec.encode_output("prediction", answers)],
        )
