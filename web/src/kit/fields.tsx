import { Check, ChevronDown, CircleAlert } from "lucide-react";
import { useState, type ReactNode, type Ref } from "react";
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  Select as AriaSelect,
  SelectValue,
  Text,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
} from "react-aria-components";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value, from the form or from the server's pointer. */
  error?: string | undefined;
  isRequired?: boolean;
}

export interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  name?: string;
  type?: "text" | "email" | "password" | "search" | "number" | "date";
  inputMode?: "numeric" | "decimal";
  autoComplete?: string;
  autoFocus?: boolean;
  placeholder?: string;
  maxLength?: number;
  inputRef?: Ref<HTMLInputElement>;
}

/** One line of text. A password can be shown, pasted and kept by a password manager. */
export function TextField(props: TextFieldProps) {
  const { label, hint, error, type = "text", inputRef, placeholder, ...rest } = props;
  const [isShown, setShown] = useState(false);
  const isPassword = type === "password";
  return (
    <AriaTextField
      {...rest}
      type={isPassword && isShown ? "text" : type}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={isPassword ? "field reveal" : "field"}
    >
      <Label>{label}</Label>
      <Input
        className="input"
        {...(inputRef ? { ref: inputRef } : {})}
        {...(placeholder ? { placeholder } : {})}
      />
      {isPassword ? (
        <button
          type="button"
          className="btn quiet small"
          aria-label={`${isShown ? "Hide" : "Show"} ${label.toLowerCase()}`}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? "Hide" : "Show"}
        </button>
      ) : null}
      <Below hint={hint} error={error} />
    </AriaTextField>
  );
}

export interface TextAreaProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  name?: string;
  rows?: number;
  maxLength?: number;
  placeholder?: string;
}

export function TextArea(props: TextAreaProps) {
  const { label, hint, error, rows = 3, placeholder, ...rest } = props;
  return (
    <AriaTextField
      {...rest}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className="field"
    >
      <Label>{label}</Label>
      <AriaTextArea className="input" rows={rows} {...(placeholder ? { placeholder } : {})} />
      <Below hint={hint} error={error} />
    </AriaTextField>
  );
}

export interface Choice<Value extends string> {
  value: Value;
  label: string;
}

/** One of a few. Below seven words in a narrow place use Segmented. */
export function Select<Value extends string>(
  props: FieldProps & {
    value: Value;
    onChange: (value: Value) => void;
    choices: readonly Choice<Value>[];
    name?: string;
    /** Keeps the label for screen readers only, as in a filter bar. */
    isLabelHidden?: boolean;
  },
) {
  const { label, hint, error, value, onChange, choices, name, isLabelHidden } = props;
  return (
    <AriaSelect
      value={value}
      onChange={(key) => onChange(key as Value)}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className="field"
      {...(name ? { name } : {})}
    >
      <Label className={isLabelHidden ? "sr" : "label"}>{label}</Label>
      <AriaButton className="input select-button">
        <SelectValue />
        <ChevronDown className="icon" aria-hidden />
      </AriaButton>
      <Below hint={hint} error={error} />
      <Popover className="popover">
        <ListBox items={choices.map((choice) => ({ ...choice, id: choice.value }))}>
          {(choice) => (
            <ListBoxItem className="option" textValue={choice.label}>
              {({ isSelected }) => (
                <>
                  <span>{choice.label}</span>
                  {isSelected ? <Check className="icon" aria-hidden /> : null}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** One of a few values to filter by, or all of them (null). */
export function FilterSelect<Value extends string>(props: {
  label: string;
  /** "Every kind". */
  all: string;
  value: Value | null;
  choices: readonly Choice<Value>[];
  onChange: (value: Value | null) => void;
}) {
  const { label, all, value, choices, onChange } = props;
  return (
    <Select<Value | "all">
      label={label}
      isLabelHidden
      value={value ?? "all"}
      onChange={(next) => onChange(next === "all" ? null : next)}
      choices={[{ value: "all", label: all }, ...choices]}
    />
  );
}

/** One of two to four, all visible. */
export function Segmented<Value extends string>(props: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly Choice<Value>[];
  isBlock?: boolean;
}) {
  const { label, value, onChange, choices, isBlock } = props;
  return (
    <RadioGroup
      aria-label={label}
      orientation="horizontal"
      value={value}
      onChange={(next) => onChange(next as Value)}
      className={isBlock ? "seg fill" : "seg"}
    >
      {choices.map((choice) => (
        <Radio key={choice.value} value={choice.value}>
          {choice.label}
        </Radio>
      ))}
    </RadioGroup>
  );
}

export function Checkbox(props: {
  children: ReactNode;
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  isDisabled?: boolean;
  "aria-label"?: string;
}) {
  return (
    <AriaCheckbox
      isSelected={props.isSelected}
      onChange={props.onChange}
      isDisabled={props.isDisabled ?? false}
      {...(props["aria-label"] ? { "aria-label": props["aria-label"] } : {})}
      className="checkbox"
    >
      {({ isSelected }) => (
        <>
          <span className="box" aria-hidden="true">
            {isSelected ? <Check size={14} strokeWidth={3} aria-hidden /> : null}
          </span>
          {props.children}
        </>
      )}
    </AriaCheckbox>
  );
}

function Below({ hint, error }: { hint: ReactNode; error: string | undefined }) {
  return (
    <>
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="error">
        {error ? (
          <>
            <CircleAlert className="icon" aria-hidden />
            {error}
          </>
        ) : null}
      </FieldError>
    </>
  );
}
