"""The language model: InternLM2's weights in the Llama layout, our own attention."""

from transformers import LlamaConfig, LlamaForCausalLM

from model.config import LanguageConfig
from model.gate import ATTENTION


def build_language_model(config: LanguageConfig) -> LlamaForCausalLM:
    """A language model with random weights, whose attention knows temporal tokens."""
    language_model = LlamaForCausalLM(llama_config(config))
    language_model.set_attn_implementation(ATTENTION)
    return language_model


def llama_config(config: LanguageConfig) -> LlamaConfig:
    """The same in transformers' words."""
    return LlamaConfig(
        vocab_size=config.vocabulary_size,
        hidden_size=config.hidden_size,
        intermediate_size=config.intermediate_size,
        num_hidden_layers=config.layer_count,
        num_attention_heads=config.head_count,
        num_key_value_heads=config.key_head_count,
        max_position_embeddings=config.max_tokens,
        rope_parameters={"rope_type": "default", "rope_theta": config.rope_theta},
        rms_norm_eps=config.norm_eps,
        tie_word_embeddings=config.has_tied_embeddings,
        attention_bias=False,
        mlp_bias=False,
        # Which token starts or ends a text is the tokenizer's and TextFormat's matter.
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
    )
