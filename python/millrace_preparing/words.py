"""Words of a text as columns: how often each stands in it, or its TF-IDF.

A word is a run of letters, digits and underscores of any script; capital letters A to Z count as
small ones. Fitting and serving take texts apart by the same operators.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnxruntime

from millrace_training.errors import BadInput

from .columns import Columns
from .graph import Graph

_WORD = r"[\p{L}\p{N}_]+"
_NO_WORD = "#"
"""Fills up short texts; never a word itself."""
_CHUNK_ROWS = 2_000


def fit_words(column: str, texts: np.ndarray, options: dict[str, Any], weighted: bool) -> dict:
    """
    The stage for a column: terms in alphabetical order.

    TF-IDF as scikit-learn's default: tf · (ln((1 + n) / (1 + df)) + 1), each row of length 1.
    """
    shortest, longest = options.get("ngrams") or (1, 1)
    most = options.get("maxTerms") or 1_000
    least = options.get("minDocuments") or 1
    counts: Counter[tuple[str, ...]] = Counter()
    documents: Counter[tuple[str, ...]] = Counter()
    for words in _words_of(texts):
        terms = Counter(
            tuple(words[start : start + size])
            for size in range(shortest, longest + 1)
            for start in range(len(words) - size + 1)
        )
        counts.update(terms)
        documents.update(terms.keys())
    frequent = sorted(
        (term for term in counts if documents[term] >= least), key=lambda t: (-counts[t], t)
    )
    terms = sorted(frequent[:most])
    if not terms:
        raise BadInput(f"columns: {column} holds no word that {least} texts have; lower minDocuments")
    inverse = [np.log((1 + len(texts)) / (1 + documents[term])) + 1 for term in terms]
    return {
        "kind": "words",
        "column": column,
        "ngrams": [shortest, longest],
        "terms": [" ".join(term) for term in terms],
        "weights": [float(weight) for weight in inverse] if weighted else None,
        "outputs": [f"{column}:{' '.join(term)}" for term in terms],
    }


def emit_words(columns: Columns, stage: dict[str, Any]) -> None:
    graph = columns.graph
    shortest, longest = stage["ngrams"]
    terms = [term.split(" ") for term in stage["terms"]]
    by_size = [
        [index for index, term in enumerate(terms) if len(term) == size]
        for size in range(1, longest + 1)
    ]
    pool: list[str] = []
    starts: list[int] = []
    for indices in by_size:
        starts.append(len(pool))
        pool += [word for index in indices for word in terms[index]]
    order = [index for indices in by_size for index in indices]
    weights = stage["weights"]
    counted = graph.add(
        "TfIdfVectorizer",
        _tokens(graph, columns.matrix([stage["column"]])),
        mode="TF" if weights is None else "TFIDF",
        min_gram_length=shortest,
        max_gram_length=longest,
        max_skip_count=0,
        ngram_counts=starts,
        ngram_indexes=order,
        pool_strings=pool,
        **({} if weights is None else {"weights": [weights[index] for index in order]}),
    )
    if weights is not None:
        length = graph.add("ReduceL2", counted, graph.constant([1], np.int64), keepdims=1)
        counted = graph.add(
            "Div", counted, graph.add("Max", length, graph.constant(1e-12, np.float32))
        )
    columns.put(stage["outputs"], counted)


def _tokens(graph: Graph, text: str) -> str:
    """Words a row, filled up to the longest row; at least one column."""
    flat = graph.add("Reshape", text, graph.constant([-1], np.int64))
    small = graph.add(
        "StringNormalizer", flat, case_change_action="LOWER", is_case_sensitive=1, locale="C"
    )
    words = graph.own(
        "Tokenizer", small, mark=0, pad_value=_NO_WORD, tokenexp=_WORD, mincharnum=1
    )
    # A text without a word has no column of words, which the counting does not take.
    none = graph.learned(
        "LabelEncoder", text, keys_strings=[_NO_WORD], values_strings=[_NO_WORD], default_string=_NO_WORD
    )
    return graph.add("Concat", words, none, axis=1)


def _words_of(texts: np.ndarray) -> Iterator[list[str]]:
    graph = Graph()
    model = graph.model({"categorical": 1}, {"categorical": (_tokens(graph, "categorical"), None)})
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    for start in range(0, len(texts), _CHUNK_ROWS):
        chunk = texts[start : start + _CHUNK_ROWS].reshape(-1, 1)
        for row in session.run(None, {"categorical": chunk})[0]:
            yield [word for word in row if word != _NO_WORD]
