// Generated from the tables of the protocol by `npm run generate`. Do not edit.
"use strict";
export const SessionStart = validate20;
const schema31 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["SessionStart"]},"additionalContext":{"type":"string"},"initialUserMessage":{"type":"string"},"sessionTitle":{"type":"string"},"watchPaths":{"type":"array","items":{"type":"string"}},"reloadSkills":{"type":"boolean"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate20.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate20.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate20.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate20.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate20.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema31.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate20.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "SessionStart")){
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema31.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.initialUserMessage !== undefined){
const _errs25 = errors;
if(typeof data8.initialUserMessage !== "string"){
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput/initialUserMessage",schemaPath:"#/properties/hookSpecificOutput/properties/initialUserMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.sessionTitle !== undefined){
const _errs27 = errors;
if(typeof data8.sessionTitle !== "string"){
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput/sessionTitle",schemaPath:"#/properties/hookSpecificOutput/properties/sessionTitle/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs27 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.watchPaths !== undefined){
let data13 = data8.watchPaths;
const _errs29 = errors;
if(errors === _errs29){
if(Array.isArray(data13)){
var valid2 = true;
const len0 = data13.length;
for(let i0=0; i0<len0; i0++){
const _errs31 = errors;
if(typeof data13[i0] !== "string"){
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs31 === errors;
if(!valid2){
break;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths",schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid1 = _errs29 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.reloadSkills !== undefined){
const _errs33 = errors;
if(typeof data8.reloadSkills !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput/reloadSkills",schemaPath:"#/properties/hookSpecificOutput/properties/reloadSkills/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid1 = _errs33 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const Setup = validate21;
const schema32 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["Setup"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate21.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate21.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate21.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate21.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate21.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate21.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate21.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema32.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate21.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate21.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate21.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate21.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "Setup")){
validate21.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema32.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate21.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate21.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const UserPromptSubmit = validate22;
const schema33 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["UserPromptSubmit"]},"additionalContext":{"type":"string"},"sessionTitle":{"type":"string"},"suppressOriginalPrompt":{"type":"boolean"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate22.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate22.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate22.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate22.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate22.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate22.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate22.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema33.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate22.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate22.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate22.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate22.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "UserPromptSubmit")){
validate22.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema33.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate22.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.sessionTitle !== undefined){
const _errs25 = errors;
if(typeof data8.sessionTitle !== "string"){
validate22.errors = [{instancePath:instancePath+"/hookSpecificOutput/sessionTitle",schemaPath:"#/properties/hookSpecificOutput/properties/sessionTitle/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.suppressOriginalPrompt !== undefined){
const _errs27 = errors;
if(typeof data8.suppressOriginalPrompt !== "boolean"){
validate22.errors = [{instancePath:instancePath+"/hookSpecificOutput/suppressOriginalPrompt",schemaPath:"#/properties/hookSpecificOutput/properties/suppressOriginalPrompt/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid1 = _errs27 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate22.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const UserPromptExpansion = validate23;
const schema34 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["UserPromptExpansion"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate23.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate23.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate23.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate23.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate23.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate23.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate23.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema34.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate23.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate23.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate23.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate23.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "UserPromptExpansion")){
validate23.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema34.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate23.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate23.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PreToolUse = validate24;
const schema35 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PreToolUse"]},"permissionDecision":{"type":"string","enum":["allow","deny","ask","defer"]},"permissionDecisionReason":{"type":"string"},"updatedInput":{},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate24.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate24.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate24.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate24.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate24.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate24.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate24.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema35.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate24.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate24.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate24.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate24.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "PreToolUse")){
validate24.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema35.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.permissionDecision !== undefined){
let data10 = data8.permissionDecision;
const _errs23 = errors;
if(typeof data10 !== "string"){
validate24.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecision",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data10 === "allow") || (data10 === "deny")) || (data10 === "ask")) || (data10 === "defer"))){
validate24.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecision",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecision/enum",keyword:"enum",params:{allowedValues: schema35.properties.hookSpecificOutput.properties.permissionDecision.enum}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.permissionDecisionReason !== undefined){
const _errs25 = errors;
if(typeof data8.permissionDecisionReason !== "string"){
validate24.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecisionReason",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecisionReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs27 = errors;
if(typeof data8.additionalContext !== "string"){
validate24.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs27 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
else {
validate24.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate24.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PermissionRequest = validate25;
const schema36 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PermissionRequest"]},"decision":{"type":"object","properties":{"behavior":{"type":"string","enum":["allow","deny"]},"updatedInput":{"type":"object","additionalProperties":true},"updatedPermissions":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string","enum":["addRules","replaceRules","removeRules","setMode","addDirectories","removeDirectories"]},"destination":{"type":"string"},"rules":{"type":"array","items":{"type":"object","properties":{"toolName":{"type":"string"},"ruleContent":{"type":"string"}},"required":["toolName"],"additionalProperties":true}},"behavior":{"type":"string","enum":["allow","deny","ask"]},"mode":{"type":"string"},"directories":{"type":"array","items":{"type":"string"}}},"required":["type"],"additionalProperties":true}},"message":{"type":"string"},"interrupt":{"type":"boolean"}},"required":["behavior"],"additionalProperties":true}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate25.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate25.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate25.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate25.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate25.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate25.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema36.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate25.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "PermissionRequest")){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema36.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.decision !== undefined){
let data10 = data8.decision;
const _errs23 = errors;
if(errors === _errs23){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing1;
if((data10.behavior === undefined) && (missing1 = "behavior")){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision",schemaPath:"#/properties/hookSpecificOutput/properties/decision/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data10.behavior !== undefined){
let data11 = data10.behavior;
const _errs26 = errors;
if(typeof data11 !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/behavior",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/behavior/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data11 === "allow") || (data11 === "deny"))){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/behavior",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/behavior/enum",keyword:"enum",params:{allowedValues: schema36.properties.hookSpecificOutput.properties.decision.properties.behavior.enum}}];
return false;
}
var valid2 = _errs26 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data10.updatedInput !== undefined){
let data12 = data10.updatedInput;
const _errs28 = errors;
if(errors === _errs28){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
}
else {
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedInput",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedInput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid2 = _errs28 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data10.updatedPermissions !== undefined){
let data13 = data10.updatedPermissions;
const _errs31 = errors;
if(errors === _errs31){
if(Array.isArray(data13)){
var valid3 = true;
const len0 = data13.length;
for(let i0=0; i0<len0; i0++){
let data14 = data13[i0];
const _errs33 = errors;
if(errors === _errs33){
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
let missing2;
if((data14.type === undefined) && (missing2 = "type")){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
if(data14.type !== undefined){
let data15 = data14.type;
const _errs36 = errors;
if(typeof data15 !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/type",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/type/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((((data15 === "addRules") || (data15 === "replaceRules")) || (data15 === "removeRules")) || (data15 === "setMode")) || (data15 === "addDirectories")) || (data15 === "removeDirectories"))){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/type",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/type/enum",keyword:"enum",params:{allowedValues: schema36.properties.hookSpecificOutput.properties.decision.properties.updatedPermissions.items.properties.type.enum}}];
return false;
}
var valid4 = _errs36 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.destination !== undefined){
const _errs38 = errors;
if(typeof data14.destination !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/destination",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/destination/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid4 = _errs38 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.rules !== undefined){
let data17 = data14.rules;
const _errs40 = errors;
if(errors === _errs40){
if(Array.isArray(data17)){
var valid5 = true;
const len1 = data17.length;
for(let i1=0; i1<len1; i1++){
let data18 = data17[i1];
const _errs42 = errors;
if(errors === _errs42){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing3;
if((data18.toolName === undefined) && (missing3 = "toolName")){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules/" + i1,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/items/required",keyword:"required",params:{missingProperty: missing3}}];
return false;
}
else {
if(data18.toolName !== undefined){
const _errs45 = errors;
if(typeof data18.toolName !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules/" + i1+"/toolName",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/items/properties/toolName/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid6 = _errs45 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data18.ruleContent !== undefined){
const _errs47 = errors;
if(typeof data18.ruleContent !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules/" + i1+"/ruleContent",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/items/properties/ruleContent/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid6 = _errs47 === errors;
}
else {
var valid6 = true;
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules/" + i1,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid5 = _errs42 === errors;
if(!valid5){
break;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs40 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.behavior !== undefined){
let data21 = data14.behavior;
const _errs49 = errors;
if(typeof data21 !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/behavior",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/behavior/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data21 === "allow") || (data21 === "deny")) || (data21 === "ask"))){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/behavior",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/behavior/enum",keyword:"enum",params:{allowedValues: schema36.properties.hookSpecificOutput.properties.decision.properties.updatedPermissions.items.properties.behavior.enum}}];
return false;
}
var valid4 = _errs49 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.mode !== undefined){
const _errs51 = errors;
if(typeof data14.mode !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/mode",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/mode/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid4 = _errs51 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.directories !== undefined){
let data23 = data14.directories;
const _errs53 = errors;
if(errors === _errs53){
if(Array.isArray(data23)){
var valid7 = true;
const len2 = data23.length;
for(let i2=0; i2<len2; i2++){
const _errs55 = errors;
if(typeof data23[i2] !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/directories/" + i2,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/directories/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid7 = _errs55 === errors;
if(!valid7){
break;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/directories",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/directories/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs53 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid3 = _errs33 === errors;
if(!valid3){
break;
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs31 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data10.message !== undefined){
const _errs57 = errors;
if(typeof data10.message !== "string"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/message",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/message/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs57 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data10.interrupt !== undefined){
const _errs59 = errors;
if(typeof data10.interrupt !== "boolean"){
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/interrupt",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/interrupt/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid2 = _errs59 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision",schemaPath:"#/properties/hookSpecificOutput/properties/decision/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate25.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate25.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate25.errors = vErrors;
return errors === 0;
}
validate25.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PermissionDenied = validate26;
const schema37 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PermissionDenied"]},"retry":{"type":"boolean"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate26.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate26.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate26.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate26.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate26.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema37.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate26.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate26.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate26.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "PermissionDenied")){
validate26.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema37.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.retry !== undefined){
const _errs23 = errors;
if(typeof data8.retry !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/hookSpecificOutput/retry",schemaPath:"#/properties/hookSpecificOutput/properties/retry/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate26.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PostToolUse = validate27;
const schema38 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PostToolUse"]},"additionalContext":{"type":"string"},"updatedToolOutput":{},"updatedMCPToolOutput":{}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate27.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate27.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate27.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate27.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate27.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate27.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate27.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate27.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema38.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate27.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate27.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate27.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate27.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "PostToolUse")){
validate27.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema38.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate27.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate27.errors = vErrors;
return errors === 0;
}
validate27.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PostToolUseFailure = validate28;
const schema39 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PostToolUseFailure"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate28.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate28.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate28.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate28.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate28.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate28.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate28.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate28.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema39.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate28.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate28.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate28.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate28.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "PostToolUseFailure")){
validate28.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema39.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate28.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate28.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}
validate28.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PostToolBatch = validate29;
const schema40 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PostToolBatch"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate29.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate29.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate29.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate29.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate29.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate29.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate29.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate29.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema40.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate29.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate29.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate29.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate29.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "PostToolBatch")){
validate29.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema40.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate29.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate29.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate29.errors = vErrors;
return errors === 0;
}
validate29.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const MessageDisplay = validate30;
const schema41 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["MessageDisplay"]},"displayContent":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate30.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate30.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate30.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate30.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate30.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate30.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate30.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate30.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema41.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate30.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate30.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate30.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate30.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "MessageDisplay")){
validate30.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema41.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.displayContent !== undefined){
const _errs23 = errors;
if(typeof data8.displayContent !== "string"){
validate30.errors = [{instancePath:instancePath+"/hookSpecificOutput/displayContent",schemaPath:"#/properties/hookSpecificOutput/properties/displayContent/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate30.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate30.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate30.errors = vErrors;
return errors === 0;
}
validate30.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const Notification = validate31;
const schema42 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate31.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate31.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate31.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate31.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate31.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate31.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate31.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate31.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema42.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate31.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate31.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate31.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate31.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate31.errors = vErrors;
return errors === 0;
}
validate31.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const SubagentStart = validate32;
const schema43 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["SubagentStart"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate32.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate32.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate32.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate32.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate32.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate32.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate32.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate32.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema43.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate32.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate32.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate32.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate32.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "SubagentStart")){
validate32.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema43.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate32.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate32.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate32.errors = vErrors;
return errors === 0;
}
validate32.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const SubagentStop = validate33;
const schema44 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["SubagentStop"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate33(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate33.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate33.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate33.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate33.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate33.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate33.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate33.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate33.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema44.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate33.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate33.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate33.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate33.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "SubagentStop")){
validate33.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema44.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate33.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate33.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate33.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate33.errors = vErrors;
return errors === 0;
}
validate33.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const TaskCreated = validate34;
const schema45 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate34.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate34.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate34.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate34.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate34.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate34.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate34.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate34.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema45.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate34.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate34.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate34.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate34.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate34.errors = vErrors;
return errors === 0;
}
validate34.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const TaskCompleted = validate35;
const schema46 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate35.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate35.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate35.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate35.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate35.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate35.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate35.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate35.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema46.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate35.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate35.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate35.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate35.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate35.errors = vErrors;
return errors === 0;
}
validate35.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const TeammateIdle = validate36;
const schema47 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate36.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate36.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate36.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate36.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate36.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate36.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate36.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate36.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema47.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate36.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate36.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate36.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate36.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate36.errors = vErrors;
return errors === 0;
}
validate36.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const Stop = validate37;
const schema48 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["Stop"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate37(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate37.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate37.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate37.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate37.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate37.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate37.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate37.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate37.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema48.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate37.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate37.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate37.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate37.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "Stop")){
validate37.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema48.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.additionalContext !== undefined){
const _errs23 = errors;
if(typeof data8.additionalContext !== "string"){
validate37.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate37.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate37.errors = vErrors;
return errors === 0;
}
validate37.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const StopFailure = validate38;
const schema49 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate38.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate38.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate38.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate38.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate38.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate38.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate38.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate38.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema49.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate38.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate38.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate38.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate38.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate38.errors = vErrors;
return errors === 0;
}
validate38.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const InstructionsLoaded = validate39;
const schema50 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate39.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate39.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate39.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate39.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate39.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate39.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate39.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate39.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema50.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate39.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate39.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate39.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate39.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate39.errors = vErrors;
return errors === 0;
}
validate39.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const ConfigChange = validate40;
const schema51 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate40.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate40.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate40.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate40.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate40.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate40.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate40.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate40.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema51.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate40.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate40.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate40.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate40.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate40.errors = vErrors;
return errors === 0;
}
validate40.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const CwdChanged = validate41;
const schema52 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["CwdChanged"]},"watchPaths":{"type":"array","items":{"type":"string"}}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate41(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate41.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate41.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate41.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate41.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate41.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate41.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate41.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate41.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema52.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate41.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate41.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate41.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate41.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "CwdChanged")){
validate41.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema52.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.watchPaths !== undefined){
let data10 = data8.watchPaths;
const _errs23 = errors;
if(errors === _errs23){
if(Array.isArray(data10)){
var valid2 = true;
const len0 = data10.length;
for(let i0=0; i0<len0; i0++){
const _errs25 = errors;
if(typeof data10[i0] !== "string"){
validate41.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs25 === errors;
if(!valid2){
break;
}
}
}
else {
validate41.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths",schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate41.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate41.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate41.errors = vErrors;
return errors === 0;
}
validate41.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const DirectoryAdded = validate42;
const schema53 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate42(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate42.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate42.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate42.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate42.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate42.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate42.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate42.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate42.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema53.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate42.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate42.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate42.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate42.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate42.errors = vErrors;
return errors === 0;
}
validate42.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const FileChanged = validate43;
const schema54 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["FileChanged"]},"watchPaths":{"type":"array","items":{"type":"string"}}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate43(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate43.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate43.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate43.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate43.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate43.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate43.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate43.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate43.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema54.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate43.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate43.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate43.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate43.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "FileChanged")){
validate43.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema54.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.watchPaths !== undefined){
let data10 = data8.watchPaths;
const _errs23 = errors;
if(errors === _errs23){
if(Array.isArray(data10)){
var valid2 = true;
const len0 = data10.length;
for(let i0=0; i0<len0; i0++){
const _errs25 = errors;
if(typeof data10[i0] !== "string"){
validate43.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs25 === errors;
if(!valid2){
break;
}
}
}
else {
validate43.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths",schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate43.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate43.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate43.errors = vErrors;
return errors === 0;
}
validate43.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const WorktreeCreate = validate44;
const schema55 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["WorktreeCreate"]},"worktreePath":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate44(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate44.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate44.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate44.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate44.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate44.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate44.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate44.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate44.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema55.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate44.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate44.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate44.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate44.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "WorktreeCreate")){
validate44.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema55.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.worktreePath !== undefined){
const _errs23 = errors;
if(typeof data8.worktreePath !== "string"){
validate44.errors = [{instancePath:instancePath+"/hookSpecificOutput/worktreePath",schemaPath:"#/properties/hookSpecificOutput/properties/worktreePath/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate44.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate44.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate44.errors = vErrors;
return errors === 0;
}
validate44.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const WorktreeRemove = validate45;
const schema56 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate45(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate45.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate45.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate45.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate45.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate45.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate45.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate45.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate45.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema56.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate45.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate45.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate45.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate45.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate45.errors = vErrors;
return errors === 0;
}
validate45.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PreCompact = validate46;
const schema57 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate46(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate46.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate46.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate46.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate46.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate46.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate46.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate46.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate46.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema57.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate46.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate46.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate46.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate46.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate46.errors = vErrors;
return errors === 0;
}
validate46.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PostCompact = validate47;
const schema58 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate47.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate47.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate47.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate47.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate47.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate47.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate47.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate47.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema58.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate47.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate47.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate47.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate47.errors = vErrors;
return errors === 0;
}
validate47.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const Elicitation = validate48;
const schema59 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["Elicitation"]},"action":{"type":"string","enum":["accept","decline","cancel"]},"content":{"type":"object","additionalProperties":true}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate48(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate48.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate48.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate48.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate48.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate48.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate48.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate48.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate48.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema59.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate48.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate48.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate48.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate48.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "Elicitation")){
validate48.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema59.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.action !== undefined){
let data10 = data8.action;
const _errs23 = errors;
if(typeof data10 !== "string"){
validate48.errors = [{instancePath:instancePath+"/hookSpecificOutput/action",schemaPath:"#/properties/hookSpecificOutput/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data10 === "accept") || (data10 === "decline")) || (data10 === "cancel"))){
validate48.errors = [{instancePath:instancePath+"/hookSpecificOutput/action",schemaPath:"#/properties/hookSpecificOutput/properties/action/enum",keyword:"enum",params:{allowedValues: schema59.properties.hookSpecificOutput.properties.action.enum}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.content !== undefined){
let data11 = data8.content;
const _errs25 = errors;
if(errors === _errs25){
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
}
else {
validate48.errors = [{instancePath:instancePath+"/hookSpecificOutput/content",schemaPath:"#/properties/hookSpecificOutput/properties/content/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
else {
validate48.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate48.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate48.errors = vErrors;
return errors === 0;
}
validate48.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const ElicitationResult = validate49;
const schema60 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["ElicitationResult"]},"action":{"type":"string","enum":["accept","decline","cancel"]},"content":{"type":"object","additionalProperties":true}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate49(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate49.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate49.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate49.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate49.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate49.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate49.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate49.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate49.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema60.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate49.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate49.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate49.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate49.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "ElicitationResult")){
validate49.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema60.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.action !== undefined){
let data10 = data8.action;
const _errs23 = errors;
if(typeof data10 !== "string"){
validate49.errors = [{instancePath:instancePath+"/hookSpecificOutput/action",schemaPath:"#/properties/hookSpecificOutput/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data10 === "accept") || (data10 === "decline")) || (data10 === "cancel"))){
validate49.errors = [{instancePath:instancePath+"/hookSpecificOutput/action",schemaPath:"#/properties/hookSpecificOutput/properties/action/enum",keyword:"enum",params:{allowedValues: schema60.properties.hookSpecificOutput.properties.action.enum}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.content !== undefined){
let data11 = data8.content;
const _errs25 = errors;
if(errors === _errs25){
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
}
else {
validate49.errors = [{instancePath:instancePath+"/hookSpecificOutput/content",schemaPath:"#/properties/hookSpecificOutput/properties/content/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
else {
validate49.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate49.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate49.errors = vErrors;
return errors === 0;
}
validate49.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PreModelSwitch = validate50;
const schema61 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PreModelSwitch"]},"permissionDecision":{"type":"string","enum":["allow","deny","ask"]},"permissionDecisionReason":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"additionalProperties":true};

function validate50(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate50.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate50.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate50.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate50.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate50.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate50.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate50.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate50.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema61.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate50.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate50.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
let data8 = data.hookSpecificOutput;
const _errs18 = errors;
if(errors === _errs18){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing0;
if((data8.hookEventName === undefined) && (missing0 = "hookEventName")){
validate50.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data8.hookEventName !== undefined){
let data9 = data8.hookEventName;
const _errs21 = errors;
if(typeof data9 !== "string"){
validate50.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data9 === "PreModelSwitch")){
validate50.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema61.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.permissionDecision !== undefined){
let data10 = data8.permissionDecision;
const _errs23 = errors;
if(typeof data10 !== "string"){
validate50.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecision",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data10 === "allow") || (data10 === "deny")) || (data10 === "ask"))){
validate50.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecision",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecision/enum",keyword:"enum",params:{allowedValues: schema61.properties.hookSpecificOutput.properties.permissionDecision.enum}}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data8.permissionDecisionReason !== undefined){
const _errs25 = errors;
if(typeof data8.permissionDecisionReason !== "string"){
validate50.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecisionReason",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecisionReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
else {
validate50.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate50.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate50.errors = vErrors;
return errors === 0;
}
validate50.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const PostModelSwitch = validate51;
const schema62 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate51(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate51.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate51.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate51.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate51.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate51.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate51.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate51.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate51.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema62.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate51.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate51.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate51.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate51.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate51.errors = vErrors;
return errors === 0;
}
validate51.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const SessionEnd = validate52;
const schema63 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"},"hookSpecificOutput":{"not":{}}},"additionalProperties":true};

function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate52.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate52.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate52.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate52.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate52.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate52.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate52.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate52.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema63.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate52.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate52.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hookSpecificOutput !== undefined){
const _errs18 = errors;
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate52.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const validators = { SessionStart, Setup, UserPromptSubmit, UserPromptExpansion, PreToolUse, PermissionRequest, PermissionDenied, PostToolUse, PostToolUseFailure, PostToolBatch, MessageDisplay, Notification, SubagentStart, SubagentStop, TaskCreated, TaskCompleted, TeammateIdle, Stop, StopFailure, InstructionsLoaded, ConfigChange, CwdChanged, DirectoryAdded, FileChanged, WorktreeCreate, WorktreeRemove, PreCompact, PostCompact, Elicitation, ElicitationResult, PreModelSwitch, PostModelSwitch, SessionEnd };
